package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.StreamsProperties;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicReader;
import io.sluice.testkit.broker.TopicWriter;
import io.sluice.testkit.gen.RequestGenerator;
import io.sluice.testkit.gen.TrafficShape;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.LogOracle;
import io.sluice.testkit.oracle.OracleConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.common.IsolationLevel;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Streams apps whose group has a member that does nothing but send heartbeats, when they must agree on a new
 * assignment.
 */
@Tag("long")
final class GhostMemberIT {
    private static final int REQUEST_PARTITIONS = 4;
    private static final int REPLY_PARTITIONS = 2;
    private static final int REQUESTS = 200;
    private static final long SEED = 20_261_130L;
    /** The longest that a rebalance waits, and some seconds for what comes around it. */
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(30);

    /** Each request has a decision of its own. */
    private static final TrafficShape TRAFFIC = new TrafficShape(
            /* accounts= */ 40, /* clientsPerAccount= */ 5, /* costMax= */ 4, REPLY_PARTITIONS, /* keyedPercent= */ 0);

    private static final String RULES = "{\"limits\":["
            + "{\"id\":\"per-client\",\"scope\":\"client\",\"rate\":{\"tokens\":5,\"per\":\"1s\"},\"burst\":20}]}";

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    @TempDir
    private Path directory;

    @Test
    void shouldAnswerWithinHalfAMinute_whenAMemberOfTheGroupDoesNotJoinAgain() throws Exception {
        // Given
        BROKER.createTopics(REQUEST_PARTITIONS, REPLY_PARTITIONS);
        try (TopicWriter writer = new TopicWriter(BROKER.bootstrapServers())) {
            writer.broadcast(
                    TestKeys.RULES.sign(
                            SignedKind.RULES,
                            ActivationCodec.encode(new RulesetActivation(1, RULES, "tester", "a ghost"))),
                    REQUEST_PARTITIONS);
        }
        try (SluiceProcess first = streamsApp("first")) {
            first.awaitStreamsApp();
            try (GhostMember ghost = GhostMember.join(
                            BROKER.bootstrapServers(),
                            StreamsProperties.APPLICATION_ID,
                            TopicCatalogue.REQUESTS,
                            StreamsProperties.REBALANCE_WITHIN);
                    SluiceProcess second = streamsApp("second")) {
                // When everybody has to join again, and the one that has all partitions dies
                second.awaitLine(Pattern.compile("sluice streams-app: admin"));
                first.kill();
                RequestGenerator requests = new RequestGenerator(SEED, TRAFFIC);
                try (TopicWriter writer = new TopicWriter(BROKER.bootstrapServers())) {
                    for (int i = 0; i < REQUESTS; i++) {
                        writer.ask(requests.nextRecord());
                    }
                }

                // Then
                Awaitility.await("decisions")
                        .atMost(ANSWERED_WITHIN)
                        .pollInterval(Duration.ofMillis(500))
                        .until(() -> TopicReader.readAll(
                                                BROKER.bootstrapServers(),
                                                TopicCatalogue.DECISIONS,
                                                IsolationLevel.READ_COMMITTED)
                                        .size()
                                >= REQUESTS);
                second.awaitStreamsApp();
                assertThat(ghost).isNotNull();
                assertThat(second.stopWithin(SluiceProcess.STOP_PROMISED)).isTrue();
            }
        }
        LogOracle oracle =
                LogOracle.assertAll(BROKER.bootstrapServers(), new OracleConfig(TestKeys.TRUSTED, REPLY_PARTITIONS));
        assertThat(oracle.outcomes()).hasSizeGreaterThanOrEqualTo(REQUESTS);
    }

    private SluiceProcess streamsApp(String name) throws IOException {
        return SluiceProcess.start(
                SluiceProcess.environment(BROKER.bootstrapServers(), directory.resolve("keys")),
                List.of(
                        "streams-app",
                        "--admin-port",
                        "0",
                        "--no-rules-writer",
                        "--state-dir",
                        directory.resolve(name).toString()));
    }
}
