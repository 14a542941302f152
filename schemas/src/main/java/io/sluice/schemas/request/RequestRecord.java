package io.sluice.schemas.request;

import org.jspecify.annotations.Nullable;

/**
 * One well-formed record of the request topic: the envelope around a request.
 *
 * @param reply where the answer goes; null if the sender wants none, which a query cannot
 */
public record RequestRecord(Request request, @Nullable ReplyAddress reply) {
    public RequestRecord {
        if (reply == null && request instanceof Query) {
            throw new IllegalArgumentException("reply: null (expected: an address, since a query has no other result)");
        }
        boolean answered = !(request instanceof LeaseReport
                || request instanceof LeaseReports
                || request instanceof ControlRecord);
        if (reply != null && !answered) {
            throw new IllegalArgumentException("reply: " + reply + " (expected: none, it is not answered)");
        }
    }
}
