package io.sluice.api.auth;

/** What an {@code Authorization} header comes to. */
public sealed interface Authentication {
    /** It proves who asks. */
    record Authenticated(Caller caller) implements Authentication {}

    /** It proves nothing. */
    record Refused(AuthFailure refusal) implements Authentication {}
}
