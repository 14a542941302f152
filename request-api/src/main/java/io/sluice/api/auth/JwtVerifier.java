package io.sluice.api.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.BadJWSException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.jwt.proc.ExpiredJWTException;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.api.auth.Authentication.Authenticated;
import io.sluice.api.auth.Authentication.Refused;
import java.nio.ByteBuffer;
import java.text.ParseException;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Date;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A verifier of bearer tokens that are JWTs. Nimbus verifies them with the keys that the issuer publishes; this class
 * tells Nimbus what to expect, and names the reason of a refusal.
 *
 * <p>Only signatures with a public key count. With {@code none} or HMAC allowed, anybody who knows the issuer's public
 * key could make tokens.
 */
final class JwtVerifier implements AutoCloseable {
    static final int CLOCK_SKEW_SECONDS = 30;
    /**
     * How long a verified token is accepted before it is verified again, so that a key that its issuer withdrew soon
     * has no effect.
     */
    static final long VERIFIED_MILLIS_MAX = 300_000;
    /** Signatures that are verified at once. No thread keeps one of these permits while keys are fetched. */
    private static final int VERIFICATIONS_MAX = 16;

    private static final long PERMIT_WAIT_MILLIS_MAX = 100;

    // EdDSA is missing since Nimbus needs another library for it.
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    private final JwtConfig config;
    private final IssuerKeys keys;
    private final InstantSource clock;
    private final JwtClaims claims;
    private final DefaultJOSEObjectTypeVerifier<PublishedKeys> types =
            new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null);
    private final DefaultJWTProcessor<PublishedKeys> processor = new DefaultJWTProcessor<>();
    private final VerifiedTokens verified = new VerifiedTokens();
    private final Semaphore permits = new Semaphore(VERIFICATIONS_MAX);

    JwtVerifier(JwtConfig config, IssuerKeys keys, InstantSource clock) {
        this.config = config;
        this.keys = keys;
        this.clock = clock;
        this.claims = new JwtClaims(config);
        processor.setJWSTypeVerifier(types);
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(
                ALGORITHMS, (selector, published) -> selector.select(published.keys())));
        processor.setJWTClaimsSetVerifier(claimsVerifier(config, clock));
    }

    /** Fetches the keys, if the issuer is there. */
    static JwtVerifier start(JwtConfig config, MeterRegistry registry) {
        IssuerKeys keys = IssuerKeys.of(config, IssuerKeys.RefreshSchedule.standard(), registry);
        keys.fetch();
        return new JwtVerifier(config, keys, Clock.systemUTC());
    }

    private static DefaultJWTClaimsVerifier<PublishedKeys> claimsVerifier(JwtConfig config, InstantSource clock) {
        JWTClaimsSet exact = new JWTClaimsSet.Builder().issuer(config.issuer()).build();
        DefaultJWTClaimsVerifier<PublishedKeys> verifier =
                new DefaultJWTClaimsVerifier<>(config.audience(), exact, Set.of("sub", "exp")) {
                    @Override
                    protected Date currentTime() {
                        return Date.from(clock.instant());
                    }
                };
        verifier.setMaxClockSkew(CLOCK_SKEW_SECONDS);
        return verifier;
    }

    /** The caller of a token that was verified not long ago; null if it was not. */
    @Nullable Authenticated recall(ByteBuffer hash) {
        return verified.find(hash, clock.millis());
    }

    Authentication authenticate(String token, ByteBuffer hash) {
        Authenticated known = recall(hash);
        if (known != null) {
            return known;
        }
        JWT parsed = parse(token);
        if (parsed == null) {
            return new Refused(AuthFailure.MALFORMED);
        }
        if (!(parsed instanceof SignedJWT signed)
                || !ALGORITHMS.contains(signed.getHeader().getAlgorithm())) {
            return new Refused(AuthFailure.ALGORITHM);
        }
        PublishedKeys published = keys.known();
        if (published == null || published.lack(signed.getHeader())) {
            published = keys.newerThan(published);
        }
        if (published == null || !hasPermit()) {
            return new Refused(AuthFailure.KEYS_UNAVAILABLE);
        }
        try {
            return verify(signed, published, hash);
        } finally {
            permits.release();
        }
    }

    private boolean hasPermit() {
        try {
            return permits.tryAcquire(PERMIT_WAIT_MILLIS_MAX, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Authentication verify(SignedJWT signed, PublishedKeys published, ByteBuffer hash) {
        AuthFailure refusal = refusalOf(signed, published);
        if (refusal != null) {
            return new Refused(refusal);
        }
        try {
            JWTClaimsSet proved = signed.getJWTClaimsSet();
            Authenticated known = new Authenticated(claims.caller(proved));
            verified.put(
                    hash,
                    known,
                    Math.min(
                            proved.getExpirationTime().toInstant().toEpochMilli(),
                            clock.millis() + VERIFIED_MILLIS_MAX));
            return known;
        } catch (ParseException | IllegalArgumentException e) {
            return new Refused(AuthFailure.CLAIMS);
        }
    }

    private @Nullable JWT parse(String token) {
        try {
            JWT parsed = JWTParser.parse(token);
            types.verify(parsed.getHeader().getType(), null);
            return parsed;
        } catch (ParseException | BadJOSEException | RuntimeException e) {
            // A hostile text can cause any exception, and the exception may quote it, so it must not be logged.
            return null;
        }
    }

    /** What is wrong with a token; null if nothing is. */
    private @Nullable AuthFailure refusalOf(SignedJWT token, PublishedKeys published) {
        try {
            processor.process(token, published);
            return null;
        } catch (BadJWSException e) {
            return AuthFailure.SIGNATURE;
        } catch (ExpiredJWTException e) {
            return AuthFailure.EXPIRED;
        } catch (BadJWTException e) {
            return claimAtFault(token);
        } catch (BadJOSEException e) {
            return noSuchKey();
        } catch (KeySourceException e) {
            return AuthFailure.KEYS_UNAVAILABLE;
        } catch (JOSEException e) {
            return AuthFailure.SIGNATURE;
        }
    }

    /** An issuer that does not answer may have new keys, so nobody knows whether the token is valid. */
    private AuthFailure noSuchKey() {
        return keys.isReachable() ? AuthFailure.SIGNER : AuthFailure.KEYS_UNAVAILABLE;
    }

    private AuthFailure claimAtFault(SignedJWT token) {
        try {
            JWTClaimsSet wrong = token.getJWTClaimsSet();
            if (!config.issuer().equals(wrong.getIssuer())) {
                return AuthFailure.ISSUER;
            }
            if (!wrong.getAudience().contains(config.audience())) {
                return AuthFailure.AUDIENCE;
            }
            Date notBefore = wrong.getNotBeforeTime();
            return notBefore != null && notBefore.toInstant().isAfter(clock.instant())
                    ? AuthFailure.NOT_YET_VALID
                    : AuthFailure.CLAIMS;
        } catch (ParseException e) {
            return AuthFailure.CLAIMS;
        }
    }

    @Override
    public void close() {
        keys.close();
    }
}
