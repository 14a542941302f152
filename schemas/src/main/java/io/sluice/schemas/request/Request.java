package io.sluice.schemas.request;

import org.jspecify.annotations.Nullable;

/** The content of a record of the request topic, without its envelope. */
public sealed interface Request
        permits AdmissionRequest,
                BatchRequest,
                SettleRequest,
                LeaseRequest,
                LeaseReport,
                LeaseReports,
                Query,
                ControlRecord {
    /** The client of the request; null for a ping, a control record and reports of several. */
    @Nullable ClientId clientId();

    /** This request in its envelope: with its answer sent to {@code address}, or nowhere. */
    default RequestRecord repliedTo(@Nullable ReplyAddress address) {
        return new RequestRecord(this, address);
    }
}
