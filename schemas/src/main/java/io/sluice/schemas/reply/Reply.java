package io.sluice.schemas.reply;

/** One record of the reply topic. */
public sealed interface Reply
        permits Verdict,
                BatchVerdict,
                SettlementReply,
                LeaseReply,
                Revocation,
                QuotaReport,
                Explanation,
                Pong,
                RulesReply,
                ProfileReply,
                UsageReply,
                TopReply,
                AccountsReply {
    /** The caller's own name for the request, from its {@code ReplyAddress}. */
    String correlationId();
}
