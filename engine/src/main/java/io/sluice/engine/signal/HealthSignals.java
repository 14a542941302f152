package io.sluice.engine.signal;

import io.sluice.engine.bucket.Bounds;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The health signals that a partition knows, and the brown-out that they switch. Immutable.
 *
 * <pre>
 *   reports   good  bad bad bad bad good bad good good good good good
 *   badFor          |------|                |-- goodFor ----|
 *   brown-out              |================================|
 * </pre>
 *
 * @param signals in the order in which they were first reported
 */
public record HealthSignals(List<HealthSignal> signals) {
    /** Signals that one partition knows at a time. */
    public static final int SIGNALS_MAX = 32;
    /** How long a stale signal is still kept, so that a copy of its last report is recognised. */
    static final long KEPT_MILLIS = 10_000;

    public static final HealthSignals NONE = new HealthSignals(List.of());

    public HealthSignals {
        signals = List.copyOf(signals);
        Bounds.within("signals", signals.size(), 0, SIGNALS_MAX);
    }

    /** Whether a brown-out is on at that time; a brown-out without a trigger has no such switch. */
    public boolean isOn(@Nullable BrownOutTrigger trigger, long nowMillis) {
        if (trigger == null) {
            return false;
        }
        HealthSignal signal = named(trigger.signal());
        return signal != null && signal.switchesOn(trigger, nowMillis);
    }

    /** The signal of that name, stale or not; null if none is known. */
    public @Nullable HealthSignal named(String name) {
        for (HealthSignal signal : signals) {
            if (signal.name().equals(name)) {
                return signal;
            }
        }
        return null;
    }

    /** The effect of a report whose time agrees with that of its record. */
    public ReportEffect effect(SignalReport report, long nowMillis) {
        HealthSignal known = named(report.signal());
        if (known != null) {
            return report.atMillis() > known.reportedAtMillis() ? ReportEffect.TAKEN : ReportEffect.OLDER;
        }
        return kept(nowMillis).size() < SIGNALS_MAX ? ReportEffect.TAKEN : ReportEffect.TOO_MANY;
    }

    /** These signals after a report that is {@link ReportEffect#TAKEN}. */
    public HealthSignals with(SignalReport report, @Nullable BrownOutTrigger trigger, long nowMillis) {
        HealthSignal known = named(report.signal());
        HealthSignal next = next(known, report, trigger, nowMillis);
        List<HealthSignal> all = kept(nowMillis);
        int place = known == null ? -1 : all.indexOf(known);
        if (place < 0) {
            all.add(next);
        } else {
            all.set(place, next);
        }
        return new HealthSignals(all);
    }

    private HealthSignal next(
            @Nullable HealthSignal known, SignalReport report, @Nullable BrownOutTrigger trigger, long nowMillis) {
        long sinceMillis = nowMillis;
        boolean latched = false;
        if (known != null && !known.isStale(nowMillis)) {
            boolean turns = known.good() != report.good();
            sinceMillis = turns ? nowMillis : known.sinceMillis();
            latched = turns
                    ? trigger != null && trigger.signal().equals(report.signal()) && isOn(trigger, nowMillis)
                    : known.latched();
        }
        return new HealthSignal(
                report.signal(),
                report.good(),
                sinceMillis,
                nowMillis + report.validMillis(),
                report.atMillis(),
                latched);
    }

    private List<HealthSignal> kept(long nowMillis) {
        List<HealthSignal> kept = new ArrayList<>(signals);
        kept.removeIf(signal -> nowMillis >= signal.untilMillis() + KEPT_MILLIS);
        return kept;
    }
}
