package io.sluice.api.auth;

/** The result of authenticating an {@code Authorization} header. */
public sealed interface Authentication {
    /** The caller is known. */
    record Authenticated(Caller caller) implements Authentication {}

    /** The caller is not known. */
    record Refused(AuthFailure refusal) implements Authentication {}
}
