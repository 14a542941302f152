package io.sluice.api.access;

import static io.sluice.api.access.TokenIssuer.claims;
import static io.sluice.api.access.TokenIssuer.signed;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.api.access.Authentication.Known;
import io.sluice.api.access.Authentication.Refused;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.time.ZoneId;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens against an issuer that publishes its keys over HTTP: which ones count, and what is said of the others. */
final class JwtVerifierTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static RSAKey rsa;
    private static RSAKey stranger;
    private static ECKey ec;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private Instant now = NOW;
    private TokenIssuer issuer;
    private Access access;

    @BeforeAll
    static void generate() throws JOSEException {
        rsa = TokenIssuer.rsa("rsa-1");
        stranger = TokenIssuer.rsa("rsa-2");
        ec = TokenIssuer.ec("ec-1");
    }

    @BeforeEach
    void start() throws Exception {
        issuer = new TokenIssuer();
        issuer.publish(rsa, ec);
        access = access(IssuerKeys.Pace.standard());
    }

    @AfterEach
    void stop() {
        access.close();
        issuer.close();
    }

    private Access access(IssuerKeys.Pace pace) {
        Clock clock = new TestClock();
        JwtConfig config = issuer.config();
        return Access.of(
                KeyRing.of(List.of()), new JwtVerifier(config, IssuerKeys.of(config, pace, registry), clock));
    }

    private final class TestClock extends Clock {
        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private Authentication ask(String token) {
        return access.authenticate("Bearer " + token);
    }

    private void assertRefused(Refusal refusal, String token) {
        assertThat(ask(token)).isEqualTo(new Refused(refusal));
    }

    @Test
    void shouldKnowNameRolesAndAccounts_whenTheTokenIsRight() throws Exception {
        // Given
        JWTClaimsSet lists = claims("ann", NOW)
                .claim("roles", List.of("approver", "pilot", "editor"))
                .claim("accounts", List.of("acme", "team-*"))
                .build();
        JWTClaimsSet words = claims("otto", NOW)
                .claim("roles", "operator pilot")
                .claim("scope", "openid sluice:viewer sluice:pilot editor")
                .claim("accounts", " acme  globex ")
                .build();

        // When / Then
        assertThat(ask(signed(rsa, lists)))
                .isEqualTo(new Known(new Caller(
                        "ann", Set.of(Role.EDITOR, Role.APPROVER), new Accounts(Set.of("acme"), Set.of("team-")))));
        assertThat(ask(signed(ec, words)))
                .isEqualTo(new Known(new Caller(
                        "otto", Set.of(Role.OPERATOR, Role.VIEWER), new Accounts(Set.of("acme", "globex"), Set.of()))));
        assertThat(ask(signed(rsa, claims("nobody", NOW).build())))
                .isEqualTo(new Known(new Caller("nobody", Set.of(), Accounts.NONE)));
        assertThat(issuer.fetches).hasValue(1);
    }

    @Test
    void shouldSayWhatIsWrong_whenAClaimIs() throws Exception {
        // Given
        Date soon = Date.from(NOW.plusSeconds(60));
        Date lately = Date.from(NOW.minusSeconds(60));

        // When / Then
        assertRefused(Refusal.ISSUER, signed(rsa, claims("a", NOW).issuer("https://other").build()));
        assertRefused(Refusal.AUDIENCE, signed(rsa, claims("a", NOW).audience("other").build()));
        assertRefused(Refusal.AUDIENCE, signed(rsa, claims("a", NOW).audience(List.of()).build()));
        assertRefused(Refusal.EXPIRED, signed(rsa, claims("a", NOW).expirationTime(lately).build()));
        assertRefused(Refusal.NOT_YET_VALID, signed(rsa, claims("a", NOW).notBeforeTime(soon).build()));
        assertRefused(Refusal.CLAIMS, signed(rsa, claims("a", NOW).expirationTime(null).build()));
        assertRefused(Refusal.CLAIMS, signed(rsa, claims(null, NOW).build()));
        assertRefused(Refusal.CLAIMS, signed(rsa, claims("a\nb", NOW).build()));
        assertRefused(Refusal.CLAIMS, signed(rsa, claims("a", NOW).claim("accounts", "a/b").build()));
        assertThat(ask(signed(rsa, claims("a", NOW).audience(List.of("other", "sluice")).build())))
                .isInstanceOf(Known.class);
    }

    @Test
    void shouldHoldToTheClock_whenATokenIsUsedAgain() throws Exception {
        // Given
        String token = signed(
                rsa,
                claims("a", NOW).notBeforeTime(Date.from(NOW)).build());
        int skew = JwtVerifier.CLOCK_SKEW_SECONDS;

        // When / Then
        now = NOW.minusSeconds(skew + 1);
        assertRefused(Refusal.NOT_YET_VALID, token);
        now = NOW.minusSeconds(skew - 1);
        assertThat(ask(token)).isInstanceOf(Known.class);
        now = NOW.plusSeconds(3_600 + skew - 1);
        assertThat(ask(token)).isInstanceOf(Known.class);
        now = NOW.plusSeconds(3_600 + skew + 1);
        assertRefused(Refusal.EXPIRED, token);
    }

    @Test
    void shouldRefuse_whenTheAlgorithmIsNoneOrTheKeyIsUsedAsASecret() throws Exception {
        // Given: what an attacker who knows the public key can make
        JWTClaimsSet claims = claims("mallory", NOW).claim("roles", "operator").build();
        byte[] publicKey = rsa.toRSAPublicKey().getEncoded();
        byte[] pem = ("-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder().encodeToString(publicKey)
                        + "\n-----END PUBLIC KEY-----\n")
                .getBytes(StandardCharsets.US_ASCII);
        String none = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"none\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.US_ASCII));
        String right = signed(rsa, claims);

        // When / Then
        assertRefused(Refusal.ALGORITHM, new PlainJWT(claims).serialize());
        assertRefused(Refusal.MALFORMED, none + right.substring(right.indexOf('.')));
        for (byte[] secret : List.of(publicKey, pem)) {
            assertRefused(
                    Refusal.ALGORITHM, signed(JWSAlgorithm.HS256, "rsa-1", new MACSigner(secret), claims));
        }
        assertThat(issuer.fetches).hasValue(0);
    }

    @Test
    void shouldRefuse_whenTheSignatureIsNotTheIssuers() throws Exception {
        // Given
        JWTClaimsSet claims = claims("mallory", NOW).build();
        String right = signed(rsa, claims);
        String[] parts = right.split("\\.", -1);
        String otherClaims = signed(rsa, claims("ann", NOW).build()).split("\\.", -1)[1];

        // When / Then: a known key ID over a strange key, other claims, half a signature, a key of another type
        assertRefused(
                Refusal.SIGNATURE, signed(JWSAlgorithm.RS256, "rsa-1", new RSASSASigner(stranger), claims));
        assertRefused(Refusal.SIGNATURE, parts[0] + "." + otherClaims + "." + parts[2]);
        assertRefused(Refusal.SIGNATURE, parts[0] + "." + parts[1] + "." + parts[2].substring(0, 100));
        assertRefused(Refusal.SIGNER, signed(JWSAlgorithm.RS256, "ec-1", new RSASSASigner(rsa), claims));
        assertRefused(Refusal.SIGNER, signed(stranger, claims));
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", "a.b.c", "a.b", "....", "e30.e30.e30", "{}.{}.{}", "e30.e30.e30.e30.e30", "é.é.é"})
    void shouldRefuse_whenItIsNoToken(String token) {
        // Given
        // When / Then
        assertRefused(Refusal.MALFORMED, token);
        assertThat(issuer.fetches).hasValue(0);
    }

    @Test
    void shouldLookAtTheType_whenThereIsOne() throws Exception {
        // Given
        for (String type : new String[] {"at+jwt", "JWT", null, "logout+jwt"}) {
            JWSHeader.Builder header = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa-1");
            SignedJWT token = new SignedJWT(
                    header.type(type == null ? null : new JOSEObjectType(type)).build(),
                    claims("a", NOW).build());
            token.sign(new RSASSASigner(rsa));

            // When / Then
            assertThat(ask(token.serialize()) instanceof Known).as(type).isEqualTo(!"logout+jwt".equals(type));
        }
    }

    @Test
    void shouldFollow_whenTheIssuerChangesItsKeys() throws Exception {
        // Given
        String before = signed(rsa, claims("ann", NOW).build());
        String after = signed(stranger, claims("ann", NOW).build());
        assertThat(ask(before)).isInstanceOf(Known.class);

        // When
        issuer.publish(stranger);

        // Then: at once, and then a while nothing is fetched, whatever is asked for
        assertThat(ask(after)).isInstanceOf(Known.class);
        assertThat(issuer.fetches).hasValue(2);
        for (int i = 0; i < 20; i++) {
            assertRefused(
                    Refusal.SIGNER,
                    signed(JWSAlgorithm.RS256, "unknown-" + i, new RSASSASigner(rsa), claims("a", NOW).build()));
        }
        assertThat(issuer.fetches).hasValueLessThanOrEqualTo(3);

        // Then: what was verified counts for a while, but a key that was withdrawn proves nothing any more
        assertThat(ask(before)).isInstanceOf(Known.class);
        now = NOW.plusMillis(JwtVerifier.VERIFIED_MILLIS_MAX);
        assertRefused(Refusal.SIGNER, before);
    }

    @Test
    void shouldGoOnWithTheKeysItHas_whenTheIssuerIsDown() throws Exception {
        // Given
        access.close();
        access = access(new IssuerKeys.Pace(200, 1, 60_000, 50));
        assertThat(ask(signed(rsa, claims("ann", NOW).build()))).isInstanceOf(Known.class);

        // When
        issuer.answer(500);
        assertRefused(Refusal.KEYS_UNAVAILABLE, signed(stranger, claims("new", NOW).build()));
        int fetches = issuer.fetches.get();
        Awaitility.await().untilAsserted(() -> {
            assertThat(ask(signed(ec, claims("otto", NOW).jwtID("" + System.nanoTime()).build())))
                    .isInstanceOf(Known.class);
            assertThat(issuer.fetches).hasValueGreaterThan(fetches);
        });

        // Then: again when it is back
        issuer.publish(stranger);
        issuer.answer(200);
        Awaitility.await()
                .untilAsserted(() -> assertThat(ask(signed(stranger, claims("new", NOW).build())))
                        .isInstanceOf(Known.class));
        assertThat(registry.scrape())
                .contains("sluice_access_jwks_fetches_total{outcome=\"ok\"}")
                .contains("sluice_access_jwks_fetches_total{outcome=\"failed\"}");
    }

    @Test
    void shouldSayThatItCannotKnow_whenTheIssuerWasNeverThere() throws Exception {
        // Given
        issuer.answer(503);

        // When / Then: also when fetching is no longer tried
        for (int i = 0; i < 5; i++) {
            assertRefused(Refusal.KEYS_UNAVAILABLE, signed(rsa, claims("ann", NOW).build()));
        }
        assertThat(issuer.fetches).hasValueLessThanOrEqualTo(2);
    }

    @Test
    void shouldReadAFile_whenKeysArePublishedAsOne(@TempDir Path directory)
            throws Exception {
        // Given
        Path file = Files.writeString(
                directory.resolve("jwks.json"), "{\"keys\":[" + rsa.toPublicJWK().toJSONString() + "]}");
        JwtConfig config = JwtConfig.of(file.toUri(), TokenIssuer.ISSUER, TokenIssuer.AUDIENCE);

        // When
        try (Access fromFile = Access.of(KeyRing.of(List.of()), config, registry)) {
            Instant real = Instant.now();

            // Then
            assertThat(fromFile.authenticate("Bearer " + signed(rsa, claims("ann", real).build())))
                    .isInstanceOf(Known.class);
            assertThat(fromFile.authenticate("Bearer " + signed(stranger, claims("ann", real).build())))
                    .isEqualTo(new Refused(Refusal.SIGNER));
        }
    }
}
