package io.sluice.streams.admission;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.engine.ruleset.OnExceed;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.Outcome;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Counts decisions under the names of the ruleset: each limit, and each tier with each route.
 *
 * <p>A decision costs one look-up by name for each limit that applied, and no allocation. The names are those of the
 * newest ruleset that any partition of the app has in force. A partition that is still behind it counts names that are
 * gone as {@link LabelBounds#OTHER}. When a name is gone, so are its counters.
 */
final class RulesetMeters {
    private final MeterRegistry registry;
    private final LabelBounds bounds;
    private volatile Cells cells;

    /** What one limit said about one admission. */
    enum LimitAnswer {
        PASSED,
        REFUSED,
        THROTTLED,
        TAGGED,
        CHALLENGED,
        SHADOW_PASSED,
        SHADOW_REFUSED;

        private static final List<LimitAnswer> ALL = List.of(values());

        private final String code = name().toLowerCase(Locale.ROOT).replace('_', '-');

        static LimitAnswer of(LimitOutcome limit) {
            if (!limit.enforced()) {
                return limit.refused() ? SHADOW_REFUSED : SHADOW_PASSED;
            }
            if (!limit.refused()) {
                return limit.action() == OnExceed.THROTTLE ? THROTTLED : PASSED;
            }
            return switch (limit.action()) {
                case TAG -> TAGGED;
                case CHALLENGE -> CHALLENGED;
                case DENY, THROTTLE -> REFUSED;
            };
        }
    }

    /** How an admission was answered. */
    enum VerdictLabel {
        ALLOW,
        THROTTLE,
        TAG,
        CHALLENGE,
        DENY;

        private static final List<VerdictLabel> ALL = List.of(values());

        private final String code = name().toLowerCase(Locale.ROOT);

        static VerdictLabel of(Outcome outcome) {
            return switch (outcome.reason()) {
                case THROTTLED -> THROTTLE;
                case TAGGED -> TAG;
                case CHALLENGED -> CHALLENGE;
                default -> outcome.allowed() ? ALLOW : DENY;
            };
        }
    }

    /** The counters of one set of names, each by its numbers; null until it is first needed. */
    private record Cells(
            RulesetLabels labels,
            AtomicReferenceArray<@Nullable Counter> limits,
            AtomicReferenceArray<@Nullable Counter> routes) {
        static Cells of(RulesetLabels labels) {
            int limits = labels.limits().values().size();
            int pairs =
                    labels.tiers().values().size() * labels.routes().values().size();
            return new Cells(
                    labels,
                    new AtomicReferenceArray<>(limits * LimitAnswer.ALL.size()),
                    new AtomicReferenceArray<>(pairs * VerdictLabel.ALL.size()));
        }
    }

    RulesetMeters(MeterRegistry registry, LabelBounds bounds) {
        this.registry = registry;
        this.bounds = bounds;
        this.cells = Cells.of(new RulesetLabels(Ruleset.none(), bounds));
        folded("limit", labels -> labels.limits().folded());
        folded("tier", labels -> labels.tiers().folded());
        folded("route", labels -> labels.routes().folded());
    }

    private void folded(String label, ToIntFunction<RulesetLabels> count) {
        Gauge.builder("sluice.metric.names.folded", () -> count.applyAsInt(cells.labels()))
                .description("Names of the ruleset that metrics count as other")
                .tag("label", label)
                .register(registry);
    }

    /** Uses the names of this ruleset from now on, unless those of a newer one are in use. */
    synchronized void rulesetInForce(Ruleset ruleset) {
        if (ruleset.revision() <= cells.labels().revision()) {
            return;
        }
        Cells next = Cells.of(new RulesetLabels(ruleset, bounds));
        RulesetLabels.Values limits = next.labels().limits();
        for (int limit = 0; limit < limits.values().size(); limit++) {
            for (LimitAnswer answer : List.of(LimitAnswer.PASSED, LimitAnswer.REFUSED)) {
                next.limits().set(limit * LimitAnswer.ALL.size() + answer.ordinal(), registered(limits, limit, answer));
            }
        }
        removeUnused(cells.limits(), "limit", Set.copyOf(limits.values()));
        removeUnused(cells.routes(), "tier", Set.copyOf(next.labels().tiers().values()));
        removeUnused(cells.routes(), "route", Set.copyOf(next.labels().routes().values()));
        cells = next;
    }

    private void removeUnused(AtomicReferenceArray<@Nullable Counter> counters, String label, Set<String> names) {
        for (int i = 0; i < counters.length(); i++) {
            Counter counter = counters.get(i);
            if (counter != null && !names.contains(counter.getId().getTag(label))) {
                registry.remove(counter);
            }
        }
    }

    /** Counts one decision. */
    void decided(Outcome outcome) {
        Cells current = cells;
        RulesetLabels labels = current.labels();
        for (LimitOutcome limit : outcome.limits()) {
            LimitAnswer answer = LimitAnswer.of(limit);
            int index = labels.limits().index(limit.limitId());
            Counter counter = current.limits().get(index * LimitAnswer.ALL.size() + answer.ordinal());
            (counter == null ? limitCounter(current, index, answer) : counter).increment();
        }
        VerdictLabel verdict = VerdictLabel.of(outcome);
        int tier = labels.tiers().index(outcome.tier());
        int pair = tier * labels.routes().values().size() + labels.route(outcome.limits());
        Counter counter = current.routes().get(pair * VerdictLabel.ALL.size() + verdict.ordinal());
        (counter == null ? routeCounter(current, pair, verdict) : counter).increment();
    }

    /** A counter that is needed for the first time; of names that have just gone, that of all other names. */
    private synchronized Counter limitCounter(Cells seen, int seenIndex, LimitAnswer answer) {
        RulesetLabels.Values limits = cells.labels().limits();
        int index = seen == cells ? seenIndex : limits.values().size() - 1;
        Counter counter = registered(limits, index, answer);
        cells.limits().set(index * LimitAnswer.ALL.size() + answer.ordinal(), counter);
        return counter;
    }

    private Counter registered(RulesetLabels.Values limits, int index, LimitAnswer answer) {
        return Counter.builder("sluice.limit.outcomes")
                .description("What each limit that applied said about each decided admission")
                .tag("limit", limits.values().get(index))
                .tag("outcome", answer.code)
                .register(registry);
    }

    private synchronized Counter routeCounter(Cells seen, int seenPair, VerdictLabel verdict) {
        RulesetLabels labels = cells.labels();
        int routes = labels.routes().values().size();
        int pair = seen == cells ? seenPair : labels.tiers().values().size() * routes - 1;
        Counter counter = Counter.builder("sluice.route.decisions")
                .description("Decided admissions by tier, path template and verdict")
                .tag("tier", labels.tiers().values().get(pair / routes))
                .tag("route", labels.routes().values().get(pair % routes))
                .tag("verdict", verdict.code)
                .register(registry);
        cells.routes().set(pair * VerdictLabel.ALL.size() + verdict.ordinal(), counter);
        return counter;
    }
}
