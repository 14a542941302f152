package io.sluice.schemas.request;

import org.jspecify.annotations.Nullable;

/** One well-formed record of the request topic. */
public sealed interface RequestRecord
        permits AdmissionRequest,
                BatchRequest,
                SettleRequest,
                LeaseRequest,
                Tally,
                QuotaQuery,
                ExplainQuery,
                ProfileQuery,
                Ping,
                ControlRecord {
    /** Where the answer goes; null if the sender wants none. */
    @Nullable ReplyAddress reply();
}
