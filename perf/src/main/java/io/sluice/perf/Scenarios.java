package io.sluice.perf;

import io.sluice.perf.activation.ActivationScenario;
import io.sluice.perf.decisions.DecisionScanScenario;
import io.sluice.perf.gateway.EnvoyScenario;
import io.sluice.perf.gateway.FirstCallScenario;
import io.sluice.perf.jmh.MicroBenchmarks;
import io.sluice.perf.many.ManyScenario;
import io.sluice.perf.many.QuietManyScenario;
import io.sluice.perf.many.SeenClientsScenario;
import io.sluice.perf.overload.OverloadScenario;
import io.sluice.perf.peer.RedisScenario;
import io.sluice.perf.replay.ReplayMemoryScenario;
import io.sluice.perf.replay.ReplayScenario;
import io.sluice.perf.rest.BatchScenario;
import io.sluice.perf.rest.FastPathScenario;
import io.sluice.perf.rest.LatencyScenario;
import io.sluice.perf.start.StartScenario;
import io.sluice.perf.state.StateScenario;
import io.sluice.perf.takeover.TakeoverScenario;
import io.sluice.perf.topology.TopologyScenario;
import io.sluice.perf.topology.UsageScenario;
import io.sluice.perf.wide.WideScenario;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Every scenario, in the order in which they run. */
final class Scenarios {
    private static final List<Scenario> ALL = List.of(
            new TopologyScenario(),
            new StateScenario(),
            new UsageScenario(),
            new ReplayScenario(),
            new ReplayMemoryScenario(),
            // From here on they share a stage.
            new LatencyScenario(),
            new FastPathScenario(),
            new BatchScenario(),
            new RedisScenario(),
            new ActivationScenario(),
            new EnvoyScenario(),
            new FirstCallScenario(),
            TakeoverScenario.withoutReplica(),
            TakeoverScenario.withReplica(),
            new ManyScenario(),
            new QuietManyScenario(),
            new SeenClientsScenario(),
            new OverloadScenario(),
            new StartScenario(),
            new DecisionScanScenario(),
            new WideScenario(),
            MicroBenchmarks.ENGINE,
            MicroBenchmarks.CODEC,
            MicroBenchmarks.STORE,
            MicroBenchmarks.TRACES);

    private Scenarios() {}

    /**
     * Those that were named, by number, by name or by the number of a baseline that is measured with them; the standard
     * ones if none was.
     *
     * @throws IllegalArgumentException naming an unknown one
     */
    static List<Scenario> chosen(List<String> names) {
        for (String name : names) {
            if (ALL.stream().noneMatch(scenario -> scenario.listing().answersTo(name))) {
                throw new IllegalArgumentException("\"" + name + "\" (expected: " + known() + ")");
            }
        }
        return ALL.stream()
                .filter(scenario -> names.isEmpty()
                        ? scenario.listing().standard()
                        : names.stream().anyMatch(scenario.listing()::answersTo))
                .toList();
    }

    /** Numbers and names, by number. */
    static String known() {
        return ALL.stream()
                .sorted(Comparator.comparing(Scenario::number))
                .map(scenario -> scenario.number() + " " + scenario.listing().name())
                .collect(Collectors.joining(", "));
    }
}
