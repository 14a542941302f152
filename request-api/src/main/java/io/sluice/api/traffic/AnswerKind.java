package io.sluice.api.traffic;

import java.util.Locale;

/** The kind of answer to an admission, as its caller sees it. */
enum AnswerKind {
    /** Allowed at once. */
    ALLOWED,
    /** Allowed, to be held until its scheduled time. */
    THROTTLED,
    /** Denied or challenged. */
    DENIED,
    /** Answered by a failure policy. */
    DEGRADED,
    /** No verdict: late, overloaded, or a request that breaks the contract. */
    UNANSWERED;

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
