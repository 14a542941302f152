package io.sluice.schemas.codec;

import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.RequestRecord;
import org.jspecify.annotations.Nullable;

/** A decoded record of the request topic. */
public sealed interface DecodedRequest {

    /** A record within the contract. */
    record WellFormed(RequestRecord record) implements DecodedRequest {}

    /**
     * A record that breaks the contract.
     *
     * @param field the offending field; empty for the record as a whole
     * @param detail the offending value and what was expected
     * @param reply where the sender may get the error, if that much could be read
     * @param about the client ID in the record, valid or not, if that much could be read
     */
    record Malformed(
            String field,
            String detail,
            @Nullable ReplyAddress reply,
            @Nullable String about) implements DecodedRequest {

        /** A malformed record whose client could not be read. */
        public Malformed(String field, String detail, @Nullable ReplyAddress reply) {
            this(field, detail, reply, /* about= */ null);
        }
    }
}
