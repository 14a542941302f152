package io.sluice.testkit.oracle;

import io.sluice.engine.ledger.HoldAction;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.ChargeMode;
import io.sluice.engine.ruleset.PriorityLevel;
import io.sluice.engine.ruleset.RoutePath;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.HoldOutcome;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.Route;
import io.sluice.schemas.request.SettleRequest;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Maps the wire's request to the engine's terms, written a second time on purpose.
 *
 * <p>The streams app has its own mapping; if it were shared, the oracle could not see a mistake in it.
 */
final class RequestMapping {
    private static final Pattern PORT = Pattern.compile(":[^:\\]]*$");

    private RequestMapping() {}

    static Admission admission(AdmissionRequest request) {
        Route route = request.route();
        return new Admission(
                request.clientId().text(),
                request.clientId().account(),
                request.cost(),
                route.method().toUpperCase(Locale.ROOT),
                RoutePath.of(route.path()),
                hostName(route.host().toLowerCase(Locale.ROOT)),
                request.attributes(),
                request.reserveMillis(),
                request.maxWaitMillis(),
                PriorityLevel.valueOf(request.priority().name()),
                ChargeMode.valueOf(request.mode().name()));
    }

    static HoldAction action(SettleRequest request) {
        return switch (request.verb()) {
            case COMMIT -> action(request, HoldKind.RESERVATION, HoldOutcome.COMMITTED);
            case CANCEL -> action(request, HoldKind.RESERVATION, HoldOutcome.CANCELLED);
            case RELEASE -> action(request, HoldKind.SLOTS, HoldOutcome.RELEASED);
        };
    }

    private static HoldAction action(SettleRequest request, HoldKind kind, HoldOutcome outcome) {
        HoldKey key =
                new HoldKey(request.clientId().account(), kind, request.holdId().offset());
        return new HoldAction(key, request.clientId().text(), outcome, request.cost());
    }

    /** The host without its port; a colon before a closing bracket belongs to an IPv6 address. */
    private static String hostName(String host) {
        return PORT.matcher(host).replaceFirst("");
    }
}
