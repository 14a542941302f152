package io.sluice.perf.topology;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.perf.Await;
import io.sluice.perf.Scenario;
import io.sluice.perf.Setting;
import io.sluice.perf.process.Directories;
import io.sluice.perf.process.ServerProcess;
import io.sluice.perf.report.Goal;
import io.sluice.perf.report.Row;
import io.sluice.perf.report.Samples;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.usage.UsageApp;
import io.sluice.streams.usage.UsageBounds;
import io.sluice.streams.usage.UsageConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The usage roll-ups: how many decisions a second one thread adds up, of 100,000 accounts that lie in the log, and what
 * that costs the streams app that hosts it. Exactly once, RocksDB and changelog, as it ships.
 */
public final class UsageScenario implements Scenario {
    private static final String COUNTED = "counted";
    private static final String ALONE = "without usage";
    private static final String HOSTING = "with usage";
    private static final int CLIENTS = 1_000_000;
    private static final int ACCOUNTS_MAX = 1_000_000;
    private static final int ROWS_MAX = 200;
    private static final double GOAL_PER_SECOND = 100_000;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final Duration WITHIN = Duration.ofMinutes(10);

    @Override
    public Listing listing() {
        return Listing.of("19", "usage").onlyByName();
    }

    @Override
    public List<Row> run(Setting setting) throws Exception {
        Samples samples = new Samples();
        int discarded = setting.pick(0, 1, 2);
        int rounds = discarded + setting.pick(1, 2, 3);
        int requests = setting.pick(3_000, 50_000, 300_000);
        try (ServerProcess server = LogServer.start()) {
            for (int round = 0; round < rounds; round++) {
                Samples kept = round < discarded ? new Samples() : samples;
                decide(server, "sluice alone-" + round, ALONE, requests, kept);
                kept.add(COUNTED, countedPerSecond(server.command("where"), round, requests));
                decide(server, "hosting hosting-" + round, HOSTING, requests, kept);
            }
        }
        return List.of(
                Row.of(number(), "usage, 100 k accounts, 1 thread", "decisions/s", samples.of(COUNTED))
                        .toReach(new Goal(GOAL_PER_SECOND, /* atLeast= */ true, /* ofRatio= */ false)),
                Row.of(number(), "topology that hosts usage", "decisions/s", samples.of(HOSTING))
                        .against(ALONE, samples.of(ALONE)));
    }

    /** Requests that are in the log of a new broker, and how fast an app decides them. */
    private static void decide(ServerProcess server, String command, String series, int requests, Samples samples)
            throws Exception {
        String bootstrapServers = server.command("cluster");
        TopologyRules.activate(bootstrapServers, TopologyRules.document(1));
        Keys keys = Keys.uniform(CLIENTS);
        RequestLog.write(bootstrapServers, requests, i -> keys.next());
        try (OutputWatch watch = new OutputWatch(bootstrapServers, TopicCatalogue.DECISIONS)) {
            String unused = server.command(command);
            samples.add(series, watch.recordsPerSecond(requests));
        }
        RequestLog.awaitRead(bootstrapServers, command.split(" ")[1]);
        String unused = server.command("stop");
    }

    /** From the first decision that is counted to the last; neither the start nor the rebalance counts. */
    private static double countedPerSecond(String bootstrapServers, int round, int requests) throws Exception {
        Path directory = Files.createTempDirectory("sluice-perf-usage-");
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        UsageConfig config = new UsageConfig(
                Map.of("bootstrap.servers", bootstrapServers, "application.id", "counting-" + round),
                directory,
                1,
                UsageBounds.standard().with(ACCOUNTS_MAX, ROWS_MAX));
        try (UsageApp unused = UsageApp.start(config, registry)) {
            Await.until("the first count", WITHIN, () -> counted(registry) > 0);
            double first = counted(registry);
            long firstNanos = System.nanoTime();
            Await.until(requests + " counts", WITHIN, () -> counted(registry) >= requests);
            return (counted(registry) - first) * NANOS_PER_SECOND / (System.nanoTime() - firstNanos);
        } finally {
            Directories.delete(directory);
        }
    }

    private static double counted(SimpleMeterRegistry registry) {
        return registry.find("sluice.usage.requests").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }
}
