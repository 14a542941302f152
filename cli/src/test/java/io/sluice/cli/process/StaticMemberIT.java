package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.broker.BrokerExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Streams apps with names of their own, as the pods of a StatefulSet have them. */
final class StaticMemberIT {
    private static final int REQUEST_PARTITIONS = 2;
    private static final Duration WITHIN = Duration.ofMinutes(3);
    /** Longer than the test waits: what happens within the test happens without the end of a session. */
    private static final Duration SESSION = Duration.ofMinutes(20);
    /** Kafka Streams adds the number of the thread. */
    private static final String FIRST = "streams-app-0-1";

    private static final String SECOND = "streams-app-1-1";

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    @TempDir
    private Path directory;

    @Test
    void shouldContinueAfterAKillAndHandOverAtAStop_whenItHasAName() throws Exception {
        // Given
        BROKER.createTopics(REQUEST_PARTITIONS, 1);
        try (SluiceProcess first = start("streams-app-0")) {
            try (SluiceProcess second = start("streams-app-1")) {
                first.awaitStreamsApp();
                second.awaitStreamsApp();
                awaitOwners(List.of(FIRST, SECOND));

                // When
                second.kill();
            }
            try (SluiceProcess again = start("streams-app-1")) {
                // Then it is the same member, before the session of the killed one is over
                again.awaitStreamsApp();
                awaitOwners(List.of(FIRST, SECOND));

                // When / Then the first has all of it, before the session of the stopped one is over
                assertThat(again.stop()).isTrue();
                awaitOwners(List.of(FIRST));
            }
        }
    }

    private SluiceProcess start(String pod) throws Exception {
        Map<String, String> environment =
                new HashMap<>(SluiceProcess.environment(BROKER.bootstrapServers(), directory.resolve("keys")));
        environment.put("SLUICE_KAFKA_GROUP_INSTANCE_ID", pod);
        environment.put("SLUICE_KAFKA_SESSION_TIMEOUT_MS", Long.toString(SESSION.toMillis()));
        environment.put("SLUICE_STATE_DIR", directory.resolve(pod).toString());
        return SluiceProcess.start(environment, List.of("streams-app", "--admin-port", "0", "--no-rules-writer"));
    }

    private static void awaitOwners(List<String> names) {
        Awaitility.await(names.toString())
                .atMost(WITHIN)
                .until(() -> owners().equals(names) && owned() == REQUEST_PARTITIONS);
    }

    private static List<MemberDescription> members() throws Exception {
        ConsumerGroupDescription group = BROKER.admin()
                .describeConsumerGroups(List.of("sluice"))
                .describedGroups()
                .get("sluice")
                .get();
        return List.copyOf(group.members());
    }

    private static List<String> owners() throws Exception {
        return members().stream()
                .map(member -> member.groupInstanceId().orElse("nobody"))
                .sorted()
                .toList();
    }

    private static long owned() throws Exception {
        return members().stream()
                .mapToLong(member -> member.assignment().topicPartitions().size())
                .sum();
    }
}
