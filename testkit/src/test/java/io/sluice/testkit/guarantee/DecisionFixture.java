package io.sluice.testkit.guarantee;

import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.Priority;
import io.sluice.schemas.request.RequestMode;
import io.sluice.schemas.request.Route;
import java.util.List;
import java.util.Map;

/** Decisions for histories, made by hand. */
record DecisionFixture(long offset, long atMillis, long charged, String key, boolean replayed, long revision) {

    /** A first answer of revision 1 without an idempotency key. */
    static DecisionFixture at(long atMillis) {
        return new DecisionFixture(0, atMillis, 1, null, false, 1);
    }

    DecisionFixture offset(long newOffset) {
        return new DecisionFixture(newOffset, atMillis, charged, key, replayed, revision);
    }

    DecisionFixture charged(long newCharged) {
        return new DecisionFixture(offset, atMillis, newCharged, key, replayed, revision);
    }

    DecisionFixture key(String newKey) {
        return new DecisionFixture(offset, atMillis, charged, newKey, replayed, revision);
    }

    DecisionFixture asReplay() {
        return new DecisionFixture(offset, atMillis, 0, key, true, revision);
    }

    DecisionFixture revision(long newRevision) {
        return new DecisionFixture(offset, atMillis, charged, key, replayed, newRevision);
    }

    Decision of(String clientId) {
        LimitStatus limit = LimitStatus.of("per-client", clientId)
                .limit(10)
                .windowMillis(1000)
                .resetAfterMillis(1000)
                .nextTokenMillis(100)
                .retryAfterMillis(0L)
                .build();
        VerdictDetails details = VerdictDetails.of(VerdictCode.ALLOW)
                .reasonCode("within-limits")
                .decidedAtMillis(atMillis)
                .rulesetRevision(revision)
                .tier("standard")
                .decidingLimit(limit)
                .retryAfterMillis(0L)
                .replayed(replayed)
                .limits(List.of(limit))
                .build();
        // Not checked: an arithmetic that must hold is asked for more than a request may cost.
        AdmissionRequest request = new AdmissionRequest(
                new ClientId(clientId, clientId.split("/")[0]),
                charged,
                Route.NONE,
                Map.of(),
                /* requestId= */ null,
                key,
                /* reserveMillis= */ 0,
                /* maxWaitMillis= */ 0,
                Priority.NORMAL,
                /* exact= */ false,
                /* meta= */ null,
                RequestMode.CHECK,
                /* lease= */ null);
        return new Decision("0-" + offset, request, charged, details);
    }

    Decision ofAcme() {
        return of("acme");
    }
}
