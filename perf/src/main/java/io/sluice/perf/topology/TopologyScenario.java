package io.sluice.perf.topology;

import io.sluice.perf.Scenario;
import io.sluice.perf.Setting;
import io.sluice.perf.oracle.LogCheck;
import io.sluice.perf.process.Jvm;
import io.sluice.perf.process.ServerProcess;
import io.sluice.perf.report.Goal;
import io.sluice.perf.report.Row;
import io.sluice.perf.report.Samples;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.keys.TestKeys;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decisions a second through the streams app, from requests that lie in the log before it starts: exactly once,
 * RocksDB, as it ships. Its baseline is a stateless twin, which decodes the same requests and writes the same two
 * records, in the same JVM and on the same broker, alternating. Every app starts with an empty state.
 */
public final class TopologyScenario implements Scenario {
    private static final String TWIN = "01 stateless twin";
    private static final String SLUICE = "sluice";
    private static final double NANOS_PER_MICRO = 1e3;

    @Override
    public Listing listing() {
        return Listing.of("10", "topology", "01");
    }

    /** One combination that is measured. */
    private record Load(
            int clients, boolean zipf, int limits, @Nullable Goal goal) {
        String name() {
            return clients / 1_000 + " k keys" + (zipf ? " by Zipf" : "") + ", " + limits
                    + (limits == 1 ? " limit" : " limits");
        }

        Keys keys() {
            return zipf ? Keys.zipf(clients) : Keys.uniform(clients);
        }
    }

    private static List<Load> loads(Setting setting) {
        Load first = new Load(100_000, false, 1, Goal.ratioAtLeast(0.9));
        Load second = new Load(1_000_000, false, TopologyRules.LIMITS_MAX, Goal.ratioAtLeast(0.6));
        if (!setting.isFull()) {
            return List.of(first, second).subList(0, setting.pick(1, 1, 2));
        }
        List<Load> loads = new ArrayList<>(List.of(first, second));
        for (int clients : List.of(1_000, 100_000, 1_000_000)) {
            for (boolean zipf : List.of(false, true)) {
                for (int limits : List.of(1, TopologyRules.LIMITS_MAX)) {
                    Load load = new Load(clients, zipf, limits, null);
                    if (loads.stream().noneMatch(other -> other.name().equals(load.name()))) {
                        loads.add(load);
                    }
                }
            }
        }
        return loads;
    }

    @Override
    public List<Row> run(Setting setting) throws Exception {
        List<Row> rows = new ArrayList<>();
        try (ServerProcess server = LogServer.start();
                Jvm jvm = Jvm.attach(server.pid())) {
            boolean cold = true;
            for (Load load : loads(setting)) {
                rows.addAll(measured(load, new Machine(setting, server, jvm), cold));
                cold = false;
            }
        }
        return rows;
    }

    /** What a load runs on. */
    private record Machine(Setting setting, ServerProcess server, Jvm jvm) {}

    private List<Row> measured(Load load, Machine machine, boolean cold) throws Exception {
        Setting setting = machine.setting();
        int requests = setting.isFull() ? 500_000 : setting.pick(3_000, 50_000, 200_000) / (load.limits() == 1 ? 1 : 2);
        String bootstrapServers = machine.server().command("cluster");
        TopologyRules.activate(bootstrapServers, TopologyRules.document(load.limits()));
        Keys keys = load.keys();
        RequestLog.write(bootstrapServers, requests, i -> keys.next());
        Samples samples = new Samples();
        // The first rounds compile the code of broker and clients, a later load's first round only its own code.
        int discarded = setting.pick(0, 1, cold ? 2 : 1);
        int rounds = discarded + setting.pick(1, 2, 3);
        for (int round = 0; round < rounds; round++) {
            Samples kept = round < discarded ? new Samples() : samples;
            Run twin = new Run(TWIN, "twin-" + round, StatelessTopologies.TWIN_DECISIONS);
            measure(twin, "twin " + twin.id() + " " + load.limits(), requests, machine, kept);
            Run sluice = new Run(SLUICE, "sluice-" + round, TopicCatalogue.DECISIONS);
            setting.profiles().recorded("10-" + load.name().replaceAll("[^a-zA-Z0-9]+", "-"), machine.jvm(), () -> {
                measure(sluice, "sluice " + sluice.id(), requests, machine, kept);
                return true;
            });
        }
        LogCheck check = LogCheck.of(bootstrapServers, TestKeys.TRUSTED)
                .decisions(rounds)
                .replies(rounds);
        return rows(load, samples, check);
    }

    private List<Row> rows(Load load, Samples samples, LogCheck check) throws Exception {
        Row speed = Row.of(number(), "topology, " + load.name(), "decisions/s", samples.of(SLUICE))
                .against(TWIN, samples.of(TWIN));
        Goal goal = load.goal();
        return List.of(
                goal == null ? speed : speed.toReach(goal),
                Row.of(number(), "topology, " + load.name() + ", processor", "µs/decision", samples.of(SLUICE + " cpu"))
                        .against(TWIN, samples.of(TWIN + " cpu")),
                check.overAdmission(number()));
    }

    /** One side of a pair. */
    private record Run(String series, String id, String outputTopic) {}

    private static void measure(Run run, String command, int requests, Machine machine, Samples samples)
            throws Exception {
        ServerProcess server = machine.server();
        String bootstrapServers;
        long startNanos = machine.jvm().cpuNanos();
        try (OutputWatch watch = new OutputWatch(server.command("where"), run.outputTopic())) {
            bootstrapServers = server.command(command);
            samples.add(run.series(), watch.recordsPerSecond(requests));
        }
        samples.add(run.series() + " cpu", (machine.jvm().cpuNanos() - startNanos) / NANOS_PER_MICRO / requests);
        RequestLog.awaitRead(bootstrapServers, run.id());
        String unused = server.command("stop");
    }
}
