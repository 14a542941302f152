package io.sluice.streams.admission;

import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.ruleset.PathTemplate;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.schemas.reply.LeaseReportRecord;
import io.sluice.schemas.request.LeaseReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What usage groups decisions by, as far as only the ruleset knows it: the path template, and for lease reports the
 * tier and the limits as well.
 *
 * <p>The template of a decision is the most precise one of the limits that applied; of equal ones, the first of the
 * ruleset. The raw path of the request is no label: callers invent paths.
 */
final class TrafficLabels {
    private final Ledger ledger;
    private Ruleset ruleset = Ruleset.none();
    private Map<String, PathTemplate> pathByLimit = Map.of();

    TrafficLabels(Ledger ledger) {
        this.ledger = ledger;
    }

    /** The path template under which a decision counts; null if no limit that applied has a path. */
    @Nullable String routeTemplate(List<LimitOutcome> applied) {
        Map<String, PathTemplate> paths = paths();
        if (paths.isEmpty()) {
            return null;
        }
        PathTemplate best = null;
        for (LimitOutcome limit : applied) {
            best = moreTelling(best, paths.get(limit.limitId()));
        }
        return best == null ? null : best.text();
    }

    /**
     * Whose requests a lease report counts.
     *
     * @param returning the limits that get tokens back; null if the lease gives none back
     */
    LeaseReportRecord.Traffic traffic(LeaseReport report, @Nullable List<LimitOutcome> returning) {
        Admission admission = EngineMapping.admission(report.admission());
        String account = admission.account();
        Ruleset active = ledger.timeline().active();
        PathTemplate best = null;
        List<String> limitIds = new ArrayList<>();
        for (Limit limit : active.limitsFor(
                active.asRead(admission), ledger.profile(account).settings())) {
            best = moreTelling(best, limit.match().path());
            if (returning == null && limit.isEnforcedFor(account)) {
                limitIds.add(limit.id());
            }
        }
        if (returning != null) {
            returning.stream().filter(LimitOutcome::enforced).forEach(limit -> limitIds.add(limit.limitId()));
        }
        return new LeaseReportRecord.Traffic(
                ledger.tierOf(account),
                best == null ? null : best.text(),
                limitIds.subList(0, Math.min(limitIds.size(), EngineMapping.LIMITS_LISTED_MAX)));
    }

    private static @Nullable PathTemplate moreTelling(@Nullable PathTemplate first, @Nullable PathTemplate second) {
        return first == null || (second != null && second.precision() > first.precision()) ? second : first;
    }

    private Map<String, PathTemplate> paths() {
        Ruleset active = ledger.timeline().active();
        if (active != ruleset) {
            Map<String, PathTemplate> paths = new HashMap<>();
            for (Limit limit : active.limits()) {
                PathTemplate path = limit.match().path();
                if (path != null) {
                    paths.put(limit.id(), path);
                }
            }
            pathByLimit = paths;
            ruleset = active;
        }
        return pathByLimit;
    }
}
