package io.sluice.streams.admission;

import io.opentelemetry.api.OpenTelemetry;
import io.sluice.engine.state.LedgerStore;
import java.util.function.UnaryOperator;

/** Builds the real processor, with a view of its state that may have a defect. */
public final class SimulatedProcessor {
    private SimulatedProcessor() {}

    public static AdmissionProcessor of(
            AdmissionConfig config,
            AdmissionMetrics metrics,
            CompiledRulesets rulesets,
            UnaryOperator<LedgerStore> view) {
        return new AdmissionProcessor(config, metrics, rulesets, OpenTelemetry.noop(), view);
    }
}
