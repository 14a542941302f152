package io.sluice.api.auth;

/** What an {@code Authorization} header comes to. */
public sealed interface Authentication {
    /** It proves who asks. */
    record Known(Caller caller) implements Authentication {}

    /** It proves nothing. */
    record Refused(Refusal refusal) implements Authentication {}
}
