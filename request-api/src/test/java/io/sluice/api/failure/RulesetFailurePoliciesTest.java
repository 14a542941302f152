package io.sluice.api.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.client.FailurePolicy;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.Route;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RulesetFailurePoliciesTest {
    private static final String RULES = "{\"limits\":["
            + limit("reads", "GET", "\"onFailure\":\"allow\",")
            + "," + limit("writes", "POST", "\"onFailure\":\"deny\",")
            + "," + limit("guesses", "PUT", "\"onFailure\":\"local\",")
            + "," + limit("silent", "PATCH", "") + "]}";

    private final AtomicLong clock = new AtomicLong(1_700_000_000_000L);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private static String limit(String id, String method, String more) {
        return "{\"id\":\"" + id + "\",\"scope\":\"client\"," + more + "\"match\":{\"methods\":\"" + method
                + "\",\"host\":\"api.example.com\"},\"rate\":{\"tokens\":1,\"per\":\"10s\"},\"burst\":2}";
    }

    private RulesetFailurePolicies policies(FailurePolicy otherwise) {
        RulesetFailurePolicies policies = new RulesetFailurePolicies(otherwise, clock::get, registry);
        policies.activated(new RulesetActivation(1, RULES, "test", "test"));
        return policies;
    }

    private static Answer<AdmissionVerdict> asked(RulesetFailurePolicies policies, String method) throws Exception {
        AdmissionRequest request = AdmissionRequest.of("acme")
                .route(Route.checked(method, "/", "API.example.com:8443"))
                .build();
        return policies.answer(request, "late");
    }

    @Test
    void shouldAnswerAsTheLimitsSay_whenARulesetIsInForce() throws Exception {
        // Given
        RulesetFailurePolicies policies = policies(FailurePolicy.ERROR);

        // When / Then
        assertThat(asked(policies, "get")).isEqualTo(new Answer.Degraded<>(true, "late"));
        assertThat(asked(policies, "POST")).isEqualTo(new Answer.Degraded<>(false, "late"));
        assertThat(asked(policies, "PATCH")).isEqualTo(new Answer.Unavailable<>("late"));
        assertThat(asked(policies, "DELETE")).as("none applies").isEqualTo(new Answer.Unavailable<>("late"));
        assertThat(asked(policies(FailurePolicy.ALLOW), "DELETE")).isEqualTo(new Answer.Degraded<>(true, "late"));
        assertThat(registry.get("sluice.degraded")
                        .tag("answer", "allow")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void shouldEstimate_whenALimitSaysLocal() throws Exception {
        // Given
        RulesetFailurePolicies policies = policies(FailurePolicy.ERROR);

        // When / Then
        assertThat(asked(policies, "PUT")).isEqualTo(new Answer.Degraded<>(true, "late"));
        assertThat(asked(policies, "PUT")).isEqualTo(new Answer.Degraded<>(true, "late"));
        assertThat(asked(policies, "PUT")).isEqualTo(new Answer.Degraded<>(false, "late"));
        clock.addAndGet(10_000);
        assertThat(asked(policies, "PUT")).isEqualTo(new Answer.Degraded<>(true, "late"));
    }

    @Test
    void shouldKeepTheLastRuleset_whenTheNextCannotBeRead() throws Exception {
        // Given
        RulesetFailurePolicies policies = policies(FailurePolicy.ERROR);

        // When
        policies.activated(new RulesetActivation(2, "{\"limits\":[{}]}", "test", "test"));
        policies.activated(new RulesetActivation(3, "no JSON", "test", "test"));

        // Then
        assertThat(asked(policies, "POST")).isEqualTo(new Answer.Degraded<>(false, "late"));
    }

    @Test
    void shouldAnswerByItself_whenNoRulesetIsKnown() throws Exception {
        // Given
        RulesetFailurePolicies policies = new RulesetFailurePolicies(FailurePolicy.DENY, clock::get, registry);

        // When / Then
        assertThat(asked(policies, "GET")).isEqualTo(new Answer.Degraded<>(false, "late"));
    }
}
