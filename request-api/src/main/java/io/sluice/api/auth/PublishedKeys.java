package io.sluice.api.auth;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.proc.SecurityContext;

/**
 * The keys of one answer of the issuer. A token is verified with one such set, whatever is fetched meanwhile.
 *
 * @param keys the set as the issuer published it
 * @param fetchedNanos when, as {@link System#nanoTime}
 */
record PublishedKeys(JWKSet keys, long fetchedNanos) implements SecurityContext {
    /**
     * Whether only another set can have the key that signed a token. A key ID that is here, for another type of key or
     * algorithm, is no reason to ask the issuer again.
     */
    boolean lack(JWSHeader header) {
        String id = header.getKeyID();
        return id == null
                ? new JWKSelector(JWKMatcher.forJWSHeader(header)).select(keys).isEmpty()
                : keys.getKeyByKeyId(id) == null;
    }
}
