package io.sluice.streams.admission;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.engine.penalty.PenaltyEvent;
import io.sluice.engine.penalty.PenaltyMatch;
import org.jspecify.annotations.Nullable;

/** What penalties do, in numbers: five series, whatever the ruleset. */
final class PenaltyMeters {
    private final Counter started;
    private final Counter startedInShadow;
    private final Counter ended;
    private final Counter untracked;
    private final Counter shadowAnswers;

    PenaltyMeters(MeterRegistry registry) {
        started = changes(registry, "started");
        startedInShadow = changes(registry, "started-in-shadow");
        ended = changes(registry, "ended");
        untracked = Counter.builder("sluice.penalties.untracked")
                .description(
                        "Denials that count towards no penalty, since as many clients or accounts are tracked as can"
                                + " be")
                .register(registry);
        shadowAnswers = Counter.builder("sluice.penalties.shadow")
                .description("Admissions that a penalty in shadow would have refused or scaled down")
                .register(registry);
    }

    private static Counter changes(MeterRegistry registry, String event) {
        return Counter.builder("sluice.penalties")
                .description("Penalties that began or ended")
                .tag("event", event)
                .register(registry);
    }

    void changed(PenaltyEvent event) {
        if (!event.isStart()) {
            ended.increment();
        } else if (event.entry().enforced()) {
            started.increment();
        } else {
            startedInShadow.increment();
        }
    }

    void untracked(int times) {
        untracked.increment(times);
    }

    void decided(@Nullable PenaltyMatch penalty) {
        if (penalty != null && !penalty.enforced()) {
            shadowAnswers.increment();
        }
    }
}
