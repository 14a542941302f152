package io.sluice.api.auth;

/** The result of an {@code Authorization} header. */
public sealed interface Authentication {
    /** It proves who the caller is. */
    record Authenticated(Caller caller) implements Authentication {}

    /** It proves nothing. */
    record Refused(AuthFailure refusal) implements Authentication {}
}
