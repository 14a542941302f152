package io.sluice.api.auth;

import java.util.Locale;

/** The reason why a caller is refused. */
public enum AuthFailure {
    NO_TOKEN("no token (expected: Authorization: Bearer KEY)"),
    UNKNOWN_KEY("unknown key"),
    MALFORMED("not a well-formed token (expected: a signed JWT of type JWT or at+jwt)"),
    ALGORITHM("the token is not signed as expected (expected: RS, PS or ES with 256, 384 or 512)"),
    SIGNER("the token is signed with a key that its issuer does not publish"),
    SIGNATURE("the signature of the token is wrong"),
    EXPIRED("the token has expired"),
    NOT_YET_VALID("the token is not valid yet"),
    ISSUER("the token is of another issuer"),
    AUDIENCE("the token is for another audience"),
    CLAIMS("a claim of the token is missing or not as expected (expected: sub, exp, roles, accounts)"),
    /** Not the caller's fault: the issuer's keys, which would verify its token, are not available. */
    KEYS_UNAVAILABLE("the keys of the issuer cannot be fetched"),
    ROLE("a role is missing"),
    ACCOUNT("the account is another's");

    private final String detail;

    AuthFailure(String detail) {
        this.detail = detail;
    }

    /** One sentence in ASCII, without quotes, fit for a field of HTTP. */
    String detail() {
        return detail;
    }

    /** The name as metrics have it. */
    String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
