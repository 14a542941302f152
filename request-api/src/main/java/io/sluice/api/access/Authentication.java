package io.sluice.api.access;

/** What an {@code Authorization} field comes to. */
sealed interface Authentication {
    /** It proves who asks. */
    record Known(Caller caller) implements Authentication {}

    /** It proves nothing. */
    record Refused(Refusal refusal) implements Authentication {}
}
