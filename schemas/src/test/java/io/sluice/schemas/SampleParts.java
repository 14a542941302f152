package io.sluice.schemas;

import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.Explanation.Effect;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.reply.SignalStatus;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.Route;
import java.util.List;

/** What samples are made of. */
final class SampleParts {
    private SampleParts() {}

    static Explanation explanation(VerdictDetails details) {
        return new Explanation(
                "c0ffee-1",
                "acmé/alice",
                details,
                4,
                List.of(
                        new Explanation.Matched(
                                "small", "", 5, true, "enforced for every account", true, true, new Effect(5, 5, null)),
                        new Explanation.Matched("per-client", "acmé/alice", 20, false, "in shadow", false, false, null),
                        new Explanation.Mismatched("writes", "method: \"GET\" (expected: one of POST, PUT)")));
    }

    static Explanation brownedOut(VerdictDetails details) {
        return new Explanation(
                "c0ffee-1",
                "acmé/alice",
                details,
                0,
                List.of(),
                new Explanation.BrownedOut("payments-db", 1_700_000_000_000L, 250));
    }

    static List<SignalStatus> signals() {
        return List.of(
                new SignalStatus("payments-db", false, 1_700_000_000_000L, 1_700_000_030_000L, true),
                new SignalStatus("cache", true, 1_700_000_000_001L, 1_700_000_030_001L, false));
    }

    static BatchRequest batch() {
        AdmissionRequest first = SampleRecords.built(AdmissionRequest.of("acmé/alice")
                .cost(4)
                .route(new Route("POST", "/v1/orders", ""))
                .attribute("region", "eu"));
        try {
            return BatchRequest.checked(
                    List.of(
                            first,
                            SampleRecords.built(AdmissionRequest.of("acmé").cost(0))),
                    "row-2",
                    "key-2");
        } catch (WireException e) {
            throw new AssertionError("a sample breaks the contract", e);
        }
    }

    static Settlement expired(LimitStatus limit) {
        return new Settlement(
                Settlement.Outcome.EXPIRED,
                SampleRecords.clientId("acme"),
                "3-22",
                true,
                2,
                0,
                0,
                1_700_000_030_000L,
                7,
                false,
                List.of(limit));
    }
}
