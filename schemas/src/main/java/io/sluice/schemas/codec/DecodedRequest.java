package io.sluice.schemas.codec;

import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.RequestRecord;
import org.jspecify.annotations.Nullable;

/** What a record of the request topic turned out to be. */
public sealed interface DecodedRequest {

    /** A record within the contract. */
    record WellFormed(RequestRecord record) implements DecodedRequest {}

    /**
     * A record outside it.
     *
     * @param field the offending field; empty for the record as a whole
     * @param detail the offending value and what was expected
     * @param reply where the sender may be told, if that much could be read
     * @param about the client ID that the record gives, valid or not, if that much could be read
     */
    record Malformed(
            String field,
            String detail,
            @Nullable ReplyAddress reply,
            @Nullable String about) implements DecodedRequest {

        /** One whose client could not be read. */
        public Malformed(String field, String detail, @Nullable ReplyAddress reply) {
            this(field, detail, reply, /* about= */ null);
        }
    }
}
