package io.sluice.client;

import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.Judged;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.Pong;
import io.sluice.schemas.reply.ProfileReply;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.RulesReply;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.WireError;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A reply to each kind of question. */
final class Replies {
    static final Judged JUDGED =
            new Judged(VerdictCode.ALLOW, "within-limits", "", 5, 7, "free", null, 0L, 0, false, List.of());

    private Replies() {}

    static Map<Subject.Kind, Reply> ofEveryKind() {
        RulesReply.Refused refused = new RulesReply.Refused("stale-revision", "6 (expected: 7)", List.of());
        WireError notFound = new WireError(WireError.RESERVATION_NOT_FOUND, "reservationId", "3-17");
        Map<Subject.Kind, Reply> replies = new EnumMap<>(Subject.Kind.class);
        replies.put(Subject.Kind.ADMISSION, Verdict.judged("c", "0-1", null, JUDGED));
        replies.put(Subject.Kind.BATCH, new BatchVerdict("c", "0-1", null, null, JUDGED));
        replies.put(Subject.Kind.SETTLEMENT, new SettlementReply("c", "0-1", null, notFound));
        replies.put(Subject.Kind.LEASE, new LeaseReply("c", "0-1", 4, 1_000, JUDGED));
        replies.put(Subject.Kind.QUOTA, new QuotaReport("c", "acme/alice", "free", 5, 7, List.of(), null));
        replies.put(Subject.Kind.EXPLANATION, new Explanation("c", "acme/alice", JUDGED, 0, List.of()));
        replies.put(Subject.Kind.PROFILE, new ProfileReply("c", new ProfileReply.Refused(refused)));
        replies.put(Subject.Kind.PONG, new Pong("c", 0, 1));
        replies.put(Subject.Kind.RULES, new RulesReply("c", refused));
        return replies;
    }
}
