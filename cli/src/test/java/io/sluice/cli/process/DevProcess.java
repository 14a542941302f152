package io.sluice.cli.process;

import io.sluice.schemas.control.TrustedKeys;
import io.sluice.streams.store.BucketEntries;
import io.sluice.streams.store.HoldEntries;
import io.sluice.testkit.broker.TopicReader;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.LogOracle;
import io.sluice.testkit.oracle.OracleConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.kafka.common.IsolationLevel;

/** A {@code ./sluice dev} that has said it is ready. */
final class DevProcess implements AutoCloseable {
    /** The line by which it says where it is. */
    static final Pattern READY = Pattern.compile("sluice ready: http (\\S+)\\s+admin (\\S+)\\s+kafka (\\S+)");

    private static final int REPLY_PARTITIONS = 4;
    private static final String CHANGELOG = "sluice-sluice-state-changelog";

    private final SluiceProcess process;
    private final MatchResult ready;

    private DevProcess(SluiceProcess process) {
        this.process = process;
        this.ready = process.awaitLine(READY);
    }

    /** Starts {@code ./sluice dev} on free ports and waits for its ready line. */
    static DevProcess ready(Path data, String... arguments) throws IOException {
        return ready(Map.of(), data, arguments);
    }

    /** The same with variables added to its environment. */
    static DevProcess ready(Map<String, String> environment, Path data, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(
                "dev", "--data", data.toString(), "--http-port", "0", "--admin-port", "0", "--kafka-port", "0"));
        all.addAll(List.of(arguments));
        return new DevProcess(SluiceProcess.start(environment, all));
    }

    String httpUrl() {
        return ready.group(1);
    }

    String adminUrl() {
        return ready.group(2);
    }

    String bootstrapServers() {
        return ready.group(3);
    }

    /** Compares everything on the topics, and the stored state, with what the log says. */
    LogOracle assertAgainstLog(Path data) throws Exception {
        TrustedKeys key = TestKeys.trustedIn(data.resolve("keys"));
        LogOracle oracle = LogOracle.assertAll(bootstrapServers(), new OracleConfig(key, REPLY_PARTITIONS));
        var changelog = TopicReader.readAll(bootstrapServers(), CHANGELOG, IsolationLevel.READ_COMMITTED);
        oracle.assertStore(BucketEntries.latest(changelog), HoldEntries.latest(changelog));
        return oracle;
    }

    long pid() {
        return process.pid();
    }

    /** What was printed so far, standard error included. */
    List<String> lines() {
        return process.lines();
    }

    /** SIGKILL: no hook runs, nothing is flushed. */
    void kill() throws InterruptedException {
        process.kill();
    }

    /** SIGSTOP: every thread stands still, and the clock goes on. */
    void pause() throws IOException, InterruptedException {
        process.pause();
    }

    /** SIGCONT. */
    void resume() throws IOException, InterruptedException {
        process.resume();
    }

    /** SIGTERM; whether the process ended by itself. */
    boolean stop() throws InterruptedException {
        return process.stop();
    }

    @Override
    public void close() {
        process.close();
    }
}
