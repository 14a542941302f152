package io.sluice.perf.state;

import io.sluice.perf.Scenario;
import io.sluice.perf.Setting;
import io.sluice.perf.oracle.LogCheck;
import io.sluice.perf.process.Directories;
import io.sluice.perf.process.ServerProcess;
import io.sluice.perf.process.StreamsAppProcess;
import io.sluice.perf.report.Goal;
import io.sluice.perf.report.Row;
import io.sluice.perf.topology.LogServer;
import io.sluice.perf.topology.RequestLog;
import io.sluice.perf.topology.TopologyRules;
import io.sluice.testkit.keys.TestKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What idle buckets cost: each client has sent one request, under a limit that takes twenty hours to refill, so each
 * leaves one bucket. Measured are the memory of the {@code sluice streams-app} process and its files. Then how long it
 * takes to start again with its files, and without them, when it restores them from the changelog; beside a start with
 * no state.
 */
public final class StateScenario implements Scenario {
    private static final String RULES =
            "{\"limits\":[{\"id\":\"per-client\",\"scope\":\"client\",\"rate\":{\"tokens\":1,\"per\":\"1h\"},"
                    + "\"burst\":20}]}";
    private static final String APPLICATION_ID = "sluice";
    private static final String EMPTY = "empty start";
    private static final double MIB = 1 << 20;
    private static final double RESIDENT_MIB_MAX = 1_024;
    private static final double BUCKET_BYTES_MAX = 16;
    private static final int TEN_MILLION = 10_000_000;

    @Override
    public Listing listing() {
        return Listing.of("14", "state", "15", "restart");
    }

    @Override
    public List<Row> run(Setting setting) throws Exception {
        List<Row> rows = new ArrayList<>(measured(setting, setting.pick(2_000, 50_000, 1_000_000)));
        if (setting.isFull()) {
            rows.addAll(measured(setting, TEN_MILLION));
        }
        return rows;
    }

    private List<Row> measured(Setting setting, int buckets) throws Exception {
        Path directory = Files.createTempDirectory("sluice-perf-state-");
        try (ServerProcess server = LogServer.start()) {
            String bootstrapServers = server.command("cluster");
            TopologyRules.activate(bootstrapServers, RULES);
            List<Row> rows = new ArrayList<>();
            double emptySeconds;
            try (StreamsAppProcess app = StreamsAppProcess.start(setting.project(), bootstrapServers, directory)) {
                emptySeconds = app.readySeconds();
                RequestLog.write(bootstrapServers, buckets, i -> clientId(i));
                RequestLog.awaitRead(bootstrapServers, APPLICATION_ID);
                rows.add(resident(buckets, app.residentBytes(), "after they were filled"));
            }
            rows.add(Row.of(
                            number(),
                            text(buckets) + ", disk",
                            "bytes/bucket",
                            List.of(Directories.bytes(StreamsAppProcess.stateDir(directory), ".sst")
                                    / (double) buckets))
                    .toReach(Goal.atMost(BUCKET_BYTES_MAX)));
            try (StreamsAppProcess app = StreamsAppProcess.start(setting.project(), bootstrapServers, directory)) {
                rows.add(start(buckets, "restart with files", app.readySeconds(), emptySeconds));
                rows.add(resident(buckets, app.residentBytes(), "after a restart"));
            }
            Directories.delete(StreamsAppProcess.stateDir(directory));
            try (StreamsAppProcess app = StreamsAppProcess.start(setting.project(), bootstrapServers, directory)) {
                rows.add(start(buckets, "start without files, restored", app.readySeconds(), emptySeconds));
            }
            if (buckets < TEN_MILLION) {
                // A replay of ten million requests would hold them all in memory.
                rows.add(LogCheck.of(bootstrapServers, TestKeys.TRUSTED)
                        .decisions(1)
                        .replies(1)
                        .overAdmission(number()));
            }
            return rows;
        } finally {
            Directories.delete(directory);
        }
    }

    /** Flat client IDs, which are accounts of their own. */
    private static String clientId(int client) {
        return String.format(Locale.ROOT, "client-%08d", client);
    }

    private static String text(int buckets) {
        return String.format(Locale.ROOT, "%,d idle buckets", buckets);
    }

    private Row resident(int buckets, long bytes, String when) {
        Row row = Row.of(number(), text(buckets) + ", memory of the process " + when, "MiB", List.of(bytes / MIB));
        return buckets == TEN_MILLION ? row.toReach(Goal.atMost(RESIDENT_MIB_MAX)) : row;
    }

    private Row start(int buckets, String how, double seconds, double emptySeconds) {
        return Row.of("15", text(buckets) + ", " + how, "s", List.of(seconds)).against(EMPTY, List.of(emptySeconds));
    }
}
