package io.sluice.api.auth;

import com.nimbusds.jwt.JWTClaimsSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The caller that a token names: {@code sub} is the name, and claims list the roles and the accounts. */
final class JwtClaims {
    /** For issuers that have only scopes: {@code sluice:editor}. */
    private static final String SCOPE_CLAIM = "scope";

    private static final String SCOPE_PREFIX = "sluice:";

    private final JwtConfig config;

    JwtClaims(JwtConfig config) {
        this.config = config;
    }

    /**
     * The caller of a token whose signature is right.
     *
     * @throws IllegalArgumentException if there is no name, or accounts are not as expected
     */
    Caller caller(JWTClaimsSet claims) {
        String name = claims.getSubject();
        if (name == null) {
            throw new IllegalArgumentException("sub: missing (expected: a name)");
        }
        return new Caller(name, roles(claims), AllowedAccounts.of(texts(claims, config.accountsClaim())));
    }

    /** An issuer also has roles for other services, so unknown names are ignored. */
    private Set<Role> roles(JWTClaimsSet claims) {
        List<String> names = new ArrayList<>(texts(claims, config.rolesClaim()));
        for (String scope : texts(claims, SCOPE_CLAIM)) {
            if (scope.startsWith(SCOPE_PREFIX)) {
                names.add(scope.substring(SCOPE_PREFIX.length()));
            }
        }
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (Role role : Role.values()) {
            if (names.contains(role.wireName())) {
                roles.add(role);
            }
        }
        return roles;
    }

    /** A list of texts, or the words of one text. */
    private static List<String> texts(JWTClaimsSet claims, String name) {
        Object value = claims.getClaim(name);
        List<String> texts = new ArrayList<>();
        if (value instanceof String words && !words.isBlank()) {
            texts.addAll(List.of(words.strip().split("\\s+", -1)));
        } else if (value instanceof Collection<?> items) {
            for (Object item : items) {
                if (item instanceof String text) {
                    texts.add(text);
                }
            }
        }
        return texts;
    }
}
