package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.keys.TestKeys;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rulesets as a front end comes to know them. */
final class RulesetFollowerIT {
    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    @Test
    void shouldTellOfEveryRevisionInOrder_whenStartedBeforeOrAfter() {
        // Given
        BROKER.createTopics(2, 1);
        Map<String, String> kafka = Map.of("bootstrap.servers", BROKER.bootstrapServers());
        RulesetPublisher publisher = new RulesetPublisher(BROKER.bootstrapServers());
        List<RulesetActivation> early = new CopyOnWriteArrayList<>();
        List<RulesetActivation> late = new CopyOnWriteArrayList<>();

        try (RulesetFollower first = follower(kafka, early::add)) {
            // When
            publisher.publish("{\"limits\":[]}");
            await(early, 1);
            publisher.publish(TestCluster.RULES);
            await(early, 2);

            try (RulesetFollower second = follower(kafka, late::add)) {
                // Then it begins with the newest, and may pass on the ones before
                Awaitility.await().atMost(Duration.ofMinutes(3)).until(() -> late.contains(early.get(1)));
                assertThat(early).endsWith(late.toArray(RulesetActivation[]::new));
                assertThat(early).extracting(RulesetActivation::revision).containsExactly(1L, 2L);
                assertThat(early.get(1).documentJson()).isEqualTo(TestCluster.RULES);
            }
        }
    }

    private static RulesetFollower follower(Map<String, String> kafka, Consumer<RulesetActivation> told) {
        return RulesetFollower.start(kafka, TestKeys.RULES_PUBLIC, new SimpleMeterRegistry(), told);
    }

    private static void await(List<RulesetActivation> told, int count) {
        Awaitility.await(count + " revisions").atMost(Duration.ofMinutes(3)).until(() -> told.size() == count);
    }
}
