package io.sluice.perf;

import io.sluice.perf.activation.ActivationScenario;
import io.sluice.perf.codec.CodecRows;
import io.sluice.perf.engine.EngineRows;
import io.sluice.perf.overload.OverloadScenario;
import io.sluice.perf.peer.RedisScenario;
import io.sluice.perf.rest.BatchScenario;
import io.sluice.perf.rest.FastPathScenario;
import io.sluice.perf.rest.LatencyScenario;
import io.sluice.perf.state.StateScenario;
import io.sluice.perf.store.StoreRows;
import io.sluice.perf.topology.TopologyScenario;
import io.sluice.perf.traces.TraceRows;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Every scenario, in the order in which they run. */
final class Scenarios {
    private static final List<Scenario> ALL = List.of(
            new TopologyScenario(),
            new StateScenario(),
            // From here on they share a stage.
            new LatencyScenario(),
            new FastPathScenario(),
            new BatchScenario(),
            new RedisScenario(),
            new ActivationScenario(),
            new OverloadScenario(),
            new JmhScenario("engine", new EngineRows()),
            new JmhScenario("codec", new CodecRows()),
            new JmhScenario("store", new StoreRows()),
            new JmhScenario("traces", new TraceRows()));

    private Scenarios() {}

    /**
     * Those that were named, by number, by name or by the number of a baseline that is measured with them; the standard
     * ones if none was.
     *
     * @throws IllegalArgumentException naming an unknown one
     */
    static List<Scenario> chosen(List<String> names) {
        for (String name : names) {
            if (ALL.stream().noneMatch(scenario -> answersTo(name, scenario))) {
                throw new IllegalArgumentException("\"" + name + "\" (expected: " + known() + ")");
            }
        }
        return ALL.stream()
                .filter(scenario -> names.isEmpty()
                        ? scenario.isStandard()
                        : names.stream().anyMatch(name -> answersTo(name, scenario)))
                .toList();
    }

    private static boolean answersTo(String name, Scenario scenario) {
        return name.equals(scenario.number())
                || name.equals(scenario.name())
                || scenario.covers().contains(name);
    }

    /** Numbers and names, by number. */
    static String known() {
        return ALL.stream()
                .sorted(Comparator.comparing(Scenario::number))
                .map(scenario -> scenario.number() + " " + scenario.name())
                .collect(Collectors.joining(", "));
    }
}
