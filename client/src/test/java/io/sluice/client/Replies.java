package io.sluice.client;

import io.sluice.schemas.reply.AccountsReply;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.Pong;
import io.sluice.schemas.reply.ProfileReply;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.RulesReply;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.TopReply;
import io.sluice.schemas.reply.UsageReply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.reply.WireError;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A reply to each kind of request. */
final class Replies {
    static final VerdictDetails DECIDED = VerdictDetails.of(VerdictCode.ALLOW)
            .reasonCode("within-limits")
            .decidedAtMillis(5)
            .rulesetRevision(7)
            .tier("free")
            .retryAfterMillis(0L)
            .build();

    private Replies() {}

    static Map<ExpectedReply.Kind, Reply> ofEveryKind() {
        RulesReply.Refused refused = new RulesReply.Refused("stale-revision", "6 (expected: 7)", List.of());
        WireError notFound = new WireError(WireError.RESERVATION_NOT_FOUND, "reservationId", "3-17");
        Map<ExpectedReply.Kind, Reply> replies = new EnumMap<>(ExpectedReply.Kind.class);
        replies.put(ExpectedReply.Kind.ADMISSION, Verdict.details("c", "0-1", null, DECIDED));
        replies.put(ExpectedReply.Kind.BATCH, new BatchVerdict("c", "0-1", null, null, DECIDED));
        replies.put(ExpectedReply.Kind.SETTLEMENT, new SettlementReply("c", "0-1", null, notFound));
        replies.put(ExpectedReply.Kind.LEASE, new LeaseReply("c", "0-1", 4, 1_000, DECIDED));
        replies.put(ExpectedReply.Kind.QUOTA, new QuotaReport("c", "acme/alice", "free", 5, 7, List.of(), null));
        replies.put(ExpectedReply.Kind.EXPLANATION, new Explanation("c", "acme/alice", DECIDED, 0, List.of()));
        replies.put(ExpectedReply.Kind.PROFILE, new ProfileReply("c", new ProfileReply.Refused(refused)));
        replies.put(ExpectedReply.Kind.PONG, new Pong("c", 0, 1));
        replies.put(ExpectedReply.Kind.RULES, new RulesReply("c", refused));
        replies.put(ExpectedReply.Kind.USAGE, new UsageReply("c", "acme", List.of(), null));
        replies.put(ExpectedReply.Kind.TOP, new TopReply("c", 0, 60_000, 0, List.of()));
        replies.put(ExpectedReply.Kind.ACCOUNTS, new AccountsReply("c", 0, List.of("acme")));
        return replies;
    }
}
