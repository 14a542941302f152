package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.BrokerExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A streams app that cannot go on. */
@Tag("long")
final class GivenUpIT {
    private static final Duration ENDED_WITHIN = Duration.ofSeconds(120);

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    @TempDir
    private Path directory;

    @Test
    void shouldEndWithAFailure_whenSomebodyDeletesTheTopicThatItReads() throws Exception {
        // Given
        BROKER.createTopics(/* requestPartitions= */ 2, /* replyPartitions= */ 2);
        try (SluiceProcess app = SluiceProcess.start(
                SluiceProcess.environment(BROKER.bootstrapServers(), directory.resolve("keys")),
                List.of(
                        "streams-app",
                        "--admin-port",
                        "0",
                        "--no-rules-writer",
                        "--state-dir",
                        directory.resolve("state").toString()))) {
            app.awaitStreamsApp();

            // When
            BROKER.admin().deleteTopics(List.of(TopicCatalogue.REQUESTS)).all().get();

            // Then: the platform starts it again, and it says what is missing
            assertThat(app.awaitExit(ENDED_WITHIN)).isEqualTo(1);
            assertThat(app.lines())
                    .contains("sluice: the streams app has given up")
                    .satisfiesOnlyOnce(line -> assertThat(line).contains("giving up"));
        }
    }
}
