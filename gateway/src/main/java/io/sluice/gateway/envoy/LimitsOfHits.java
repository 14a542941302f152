package io.sluice.gateway.envoy;

import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.ruleset.RoutePath;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.ruleset.Scope;
import io.sluice.gateway.envoy.ChargedHits.Group;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.Route;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A finder of the limit that binds one hit, in the verdict on several hits. It needs the rules that decided; if this
 * process has other rules, it names no limit rather than a wrong one.
 */
final class LimitsOfHits {
    private LimitsOfHits() {}

    /** The tightest limit of the hit; null if none applies, or it is not known. */
    static @Nullable LimitStatus of(Ruleset ruleset, Group group, Hit hit) {
        VerdictDetails details = group.details();
        if (details == null) {
            return null;
        }
        if (group.hits().size() == 1) {
            return details.decidingLimit();
        }
        if (ruleset.revision() != details.rulesetRevision()) {
            return hit.equals(group.refusedHit()) ? details.decidingLimit() : null;
        }
        Admission admission = ruleset.asRead(admission(hit.admission()));
        LimitStatus tightest = null;
        for (Limit limit : ruleset.limitsFor(admission)) {
            LimitStatus found =
                    status(details, limit.id(), Scope.display(limit.scope().valueIn(admission)));
            if (found != null && found.enforced() && (tightest == null || isTighter(found, tightest))) {
                tightest = found;
            }
        }
        return tightest;
    }

    private static @Nullable LimitStatus status(VerdictDetails details, String id, String scope) {
        for (LimitStatus status : details.limits()) {
            if (status.id().equals(id) && status.scope().equals(scope)) {
                return status;
            }
        }
        return null;
    }

    private static boolean isTighter(LimitStatus one, LimitStatus other) {
        if (one.refused() != other.refused()) {
            return one.refused();
        }
        return one.remaining() < other.remaining();
    }

    private static Admission admission(AdmissionRequest request) {
        Route route = request.route();
        return new Admission(
                request.clientId().text(),
                request.clientId().account(),
                request.cost(),
                route.method().toUpperCase(Locale.ROOT),
                RoutePath.of(route.path()),
                route.host(),
                request.attributes());
    }
}
