package io.sluice.streams.admission;

import io.sluice.schemas.WireException;

/**
 * A well-formed record that asks for the impossible: it becomes a dead letter without an answer. What is refused has
 * changed nothing.
 */
final class RejectedRequestException extends Exception {
    private final transient DeadLetterReason reason;
    private final String field;
    private final String detail;

    RejectedRequestException(DeadLetterReason reason, String field, String detail) {
        super(reason.code(), null, false, false);
        this.reason = reason;
        this.field = field;
        this.detail = detail;
    }

    RejectedRequestException(DeadLetterReason reason, WireException problem) {
        this(reason, problem.field(), problem.detail());
    }

    DeadLetterReason reason() {
        return reason;
    }

    String field() {
        return field;
    }

    String detail() {
        return detail;
    }
}
