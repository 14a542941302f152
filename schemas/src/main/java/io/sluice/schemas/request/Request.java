package io.sluice.schemas.request;

import org.jspecify.annotations.Nullable;

/** What a record of the request topic asks, without its envelope. */
public sealed interface Request
        permits AdmissionRequest, BatchRequest, SettleRequest, LeaseRequest, LeaseReport, Query, ControlRecord {
    /** The client that it is about; null for a ping and a control record. */
    @Nullable ClientId clientId();

    /** This request in its envelope: with its answer sent to {@code address}, or nowhere. */
    default RequestRecord repliedTo(@Nullable ReplyAddress address) {
        return new RequestRecord(this, address);
    }
}
