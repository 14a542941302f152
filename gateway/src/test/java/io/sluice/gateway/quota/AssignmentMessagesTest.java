package io.sluice.gateway.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.rate_limit_quota.v3.RateLimitQuotaResponse;
import io.envoyproxy.envoy.service.rate_limit_quota.v3.RateLimitQuotaResponse.BucketAction;
import io.envoyproxy.envoy.type.v3.RateLimitStrategy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AssignmentMessagesTest {
    private static final Map<String, String> ALICE = Map.of("user_id", "alice");

    @Test
    void shouldDenyFirstAndThenNeverRefill_whenTokensAreAssigned() {
        // When
        RateLimitQuotaResponse response =
                AssignmentMessages.response(List.of(new Assignment.Spend(ALICE, 4_000_000_000L, 8)));

        // Then
        assertThat(response.getBucketActionList())
                .allSatisfy(action -> {
                    assertThat(action.getBucketId().getBucketMap()).isEqualTo(ALICE);
                    assertThat(action.getQuotaAssignmentAction()
                                    .getAssignmentTimeToLive()
                                    .getSeconds())
                            .isEqualTo(8);
                })
                .extracting(action ->
                        action.getQuotaAssignmentAction().getRateLimitStrategy().getStrategyCase())
                .containsExactly(
                        RateLimitStrategy.StrategyCase.BLANKET_RULE, RateLimitStrategy.StrategyCase.TOKEN_BUCKET);
        RateLimitStrategy denial = strategy(response.getBucketAction(0));
        assertThat(denial.getBlanketRule()).isEqualTo(RateLimitStrategy.BlanketRule.DENY_ALL);
        RateLimitStrategy tokens = strategy(response.getBucketAction(1));
        assertThat(Integer.toUnsignedLong(tokens.getTokenBucket().getMaxTokens()))
                .isEqualTo(4_000_000_000L);
        assertThat(tokens.getTokenBucket().getFillInterval().getSeconds()).isGreaterThan(86_400);
    }

    private static RateLimitStrategy strategy(BucketAction action) {
        return action.getQuotaAssignmentAction().getRateLimitStrategy();
    }

    @Test
    void shouldSayAllInOrder_whenSeveralBucketsAreDue() {
        // When
        RateLimitQuotaResponse response = AssignmentMessages.response(
                List.of(new Assignment.Deny(ALICE, 60), new Assignment.Abandon(Map.of("user_id", "bob"))));

        // Then
        assertThat(response.getBucketActionList())
                .extracting(BucketAction::getBucketActionCase)
                .containsExactly(
                        BucketAction.BucketActionCase.QUOTA_ASSIGNMENT_ACTION,
                        BucketAction.BucketActionCase.ABANDON_ACTION);
        assertThat(strategy(response.getBucketAction(0)).getBlanketRule())
                .isEqualTo(RateLimitStrategy.BlanketRule.DENY_ALL);
    }
}
