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

/**
 * The kind and subject that the reply to a request must have.
 *
 * @param kind the kind of request
 * @param name the subject: a client ID, an account, a command ID or a partition
 */
record ExpectedReply(Kind kind, String name) {

    /** The kinds of request, and the kind of reply that answers each. */
    enum Kind {
        ADMISSION(Verdict.class, /* refusable= */ true),
        BATCH(BatchVerdict.class, /* refusable= */ true),
        SETTLEMENT(SettlementReply.class, /* refusable= */ true),
        LEASE(LeaseReply.class, /* refusable= */ true),
        QUOTA(QuotaReport.class, /* refusable= */ true),
        EXPLANATION(Explanation.class, /* refusable= */ true),
        PROFILE(ProfileReply.class, /* refusable= */ true),
        PONG(Pong.class, /* refusable= */ false),
        RULES(RulesReply.class, /* refusable= */ false),
        USAGE(UsageReply.class, /* refusable= */ false),
        TOP(TopReply.class, /* refusable= */ false),
        ACCOUNTS(AccountsReply.class, /* refusable= */ false);

        private final Class<? extends Reply> reply;
        // Whether a request that breaks the contract is answered by a verdict that says so.
        private final boolean refusable;

        Kind(Class<? extends Reply> reply, boolean refusable) {
            this.reply = reply;
            this.refusable = refusable;
        }

        /**
         * Whether the request gives something back, or lets many others be answered without the ledger: it is sent
         * however long the wait is.
         */
        boolean isAlwaysSent() {
            return this == SETTLEMENT || this == LEASE;
        }

        /** Whether the reply is of the requested kind, or says that the request could not be decided. */
        boolean isAnsweredBy(Reply candidate) {
            return reply.isInstance(candidate)
                    || (refusable && candidate instanceof Verdict verdict && verdict.error() != null);
        }
    }
}
