package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.streams.ops.StartupException;
import io.sluice.streams.store.BucketEntries;
import io.sluice.streams.store.CreditEntries;
import io.sluice.streams.store.HoldEntries;
import io.sluice.streams.store.PenaltyEntries;
import io.sluice.testkit.broker.TopicReader;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.LogOracle;
import io.sluice.testkit.oracle.OracleConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.awaitility.Awaitility;

/** A streams app on a real broker, and the assertion that ends every test with one. */
final class RunningApp {
    private static final String CHANGELOG = "sluice-sluice-state-changelog";

    private RunningApp() {}

    static StreamsApp start(String bootstrapServers, Path stateDir) throws StartupException {
        StreamsApp app = StreamsApp.start(
                new StreamsAppConfig(
                        Map.of("bootstrap.servers", bootstrapServers, "num.standby.replicas", "0"),
                        stateDir,
                        TestKeys.TRUSTED,
                        StreamsAppConfig.Limits.standard()),
                new SimpleMeterRegistry());
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(app::isRunning);
        return app;
    }

    /** Holds everything that was answered, decided, refused and stored against the log. */
    static LogOracle assertAgainstLog(String bootstrapServers, int replyPartitions) {
        LogOracle oracle = LogOracle.assertAll(bootstrapServers, new OracleConfig(TestKeys.TRUSTED, replyPartitions));
        List<ConsumerRecord<byte[], byte[]>> changelog =
                TopicReader.readAll(bootstrapServers, CHANGELOG, IsolationLevel.READ_COMMITTED);
        oracle.assertStore(BucketEntries.latest(changelog), HoldEntries.latest(changelog));
        oracle.assertPenaltyState(PenaltyEntries.latest(changelog));
        oracle.assertCreditState(CreditEntries.latest(changelog));
        assertThat(oracle.outcomes()).isNotEmpty();
        return oracle;
    }
}
