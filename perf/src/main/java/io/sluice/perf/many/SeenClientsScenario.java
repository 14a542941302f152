package io.sluice.perf.many;

import io.sluice.perf.Scenario;
import io.sluice.perf.Setting;
import io.sluice.perf.load.ClientLimit;
import io.sluice.perf.load.HttpLoad;
import io.sluice.perf.load.NewClients;
import io.sluice.perf.process.Directories;
import io.sluice.perf.process.FrontEndProcess;
import io.sluice.perf.process.Jvm;
import io.sluice.perf.process.ServerProcess;
import io.sluice.perf.process.StreamsAppProcess;
import io.sluice.perf.report.Goal;
import io.sluice.perf.report.Row;
import io.sluice.perf.topology.LogServer;
import io.sluice.perf.topology.TopologyRules;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How much memory a front end takes that a million clients have asked, each once: its heap after a collection before
 * and after, what the kernel counts for the process, and the most keys that it tracked. Broker, streams app and front
 * end are processes of their own, as they ship.
 */
public final class SeenClientsScenario implements Scenario {
    private static final int CONNECTIONS = 64;
    private static final double BYTES_PER_MIB = 1 << 20;
    private static final String FIGURE = "front end, %,d clients seen";

    @Override
    public Listing listing() {
        return Listing.of("23m", "seen-clients").onlyByName();
    }

    @Override
    public List<Row> run(Setting setting) throws Exception {
        int clients = setting.pick(5_000, 200_000, 1_000_000);
        Path directory = Files.createTempDirectory("sluice-perf-seen-clients-");
        try (ServerProcess server = LogServer.start()) {
            String bootstrapServers = server.command("cluster");
            TopologyRules.activate(bootstrapServers, ClientLimit.RULES);
            try (StreamsAppProcess unused =
                            StreamsAppProcess.start(setting.project(), bootstrapServers, directory.resolve("app"));
                    FrontEndProcess frontEnd =
                            FrontEndProcess.start(setting.project(), bootstrapServers, directory.resolve("api"));
                    Jvm jvm = Jvm.attach(frontEnd.pid())) {
                return rows(clients, frontEnd, jvm);
            }
        } finally {
            Directories.delete(directory);
        }
    }

    private List<Row> rows(int clients, FrontEndProcess frontEnd, Jvm jvm) throws Exception {
        String figure = FIGURE.formatted(clients);
        double before = jvm.liveHeapBytes() / BYTES_PER_MIB;
        NewClients asking = new NewClients(clients);
        HttpLoad load = HttpLoad.on(frontEnd.httpPort(), CONNECTIONS, asking);
        double trackedMost = 0;
        List<Double> perSecond = new ArrayList<>();
        while (!asking.haveAllAsked()) {
            perSecond.add(load.closedLoop(NewClients.SLICE).perSecond());
            trackedMost = Math.max(trackedMost, frontEnd.metric("sluice_client_keys_tracked"));
        }
        double after = jvm.liveHeapBytes() / BYTES_PER_MIB;
        double resident = frontEnd.residentBytes() / BYTES_PER_MIB;
        double trackedMax = frontEnd.metric("sluice_client_keys_tracked_max");
        return List.of(
                Row.of(number(), figure + ": requests through it", "requests/s", perSecond),
                Row.of(number(), figure + ": live heap before", "MiB", List.of(before)),
                Row.of(number(), figure + ": live heap after", "MiB", List.of(after)),
                Row.of(number(), figure + ": resident", "MiB", List.of(resident)),
                Row.of(number(), figure + ": most keys tracked", "keys", List.of(trackedMost))
                        .toReach(Goal.atMost(trackedMax)));
    }
}
