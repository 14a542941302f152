package io.sluice.streams.admission;

import io.sluice.schemas.request.LeaseReports;
import org.jspecify.annotations.Nullable;

/** Those of a record's lease reports that could not be counted: one dead letter names the first. */
final class FailedReports {
    private @Nullable RejectedRequestException first;
    private int more;

    void add(int entry, Exception failure) {
        if (first == null) {
            first = rejection(LeaseReports.NAME + "[" + entry + "]", failure);
        } else {
            more++;
        }
    }

    private static RejectedRequestException rejection(String field, Exception failure) {
        if (failure instanceof RejectedRequestException rejected) {
            return new RejectedRequestException(rejected.reason(), field + "." + rejected.field(), rejected.detail());
        }
        return failure instanceof OutputSize.TooLargeException tooLarge
                ? new RejectedRequestException(DeadLetterReason.ANSWER_TOO_LARGE, field, tooLarge.detail())
                : new RejectedRequestException(DeadLetterReason.INTERNAL, field, "the processor failed on this report");
    }

    /**
     * Refuses the record for them, if there are any.
     *
     * @throws RejectedRequestException names the first, and says that all others of the record count
     */
    void throwIfAny() throws RejectedRequestException {
        RejectedRequestException named = first;
        if (named != null) {
            String others = more == 0 ? "" : ", and on " + more + " more";
            throw new RejectedRequestException(
                    named.reason(), named.field(), named.detail() + others + "; the other reports of the record count");
        }
    }
}
