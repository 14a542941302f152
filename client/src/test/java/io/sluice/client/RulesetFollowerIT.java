package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.rules.RulesetPublisher;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.testkit.broker.BrokerExtension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rulesets as a front end without the control key comes to know them. */
final class RulesetFollowerIT {
    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    @Test
    void shouldTellOfEveryRevisionInOrder_whenStartedBeforeOrAfter() {
        // Given
        BROKER.createTopics(2, 1);
        Map<String, String> kafka = Map.of("bootstrap.servers", BROKER.bootstrapServers());
        RulesetPublisher publisher = new RulesetPublisher(kafka, TestCluster.KEY);
        List<RulesetActivation> early = new CopyOnWriteArrayList<>();
        List<RulesetActivation> late = new CopyOnWriteArrayList<>();

        try (RulesetFollower first = RulesetFollower.start(kafka, early::add)) {
            // When
            publisher.publish("{\"limits\":[]}", TestCluster.CHANGE);
            await(early, 1);
            publisher.publish(TestCluster.RULES, TestCluster.CHANGE);
            await(early, 2);

            try (RulesetFollower second = RulesetFollower.start(kafka, late::add)) {
                await(late, 2);

                // Then
                assertThat(late).isEqualTo(early);
                assertThat(early).extracting(RulesetActivation::revision).containsExactly(1L, 2L);
                assertThat(early.get(1).documentJson()).isEqualTo(TestCluster.RULES);
            }
        }
    }

    private static void await(List<RulesetActivation> told, int count) {
        Awaitility.await(count + " revisions").atMost(Duration.ofSeconds(30)).until(() -> told.size() == count);
    }
}
