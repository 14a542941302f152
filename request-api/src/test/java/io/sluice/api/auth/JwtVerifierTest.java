package io.sluice.api.auth;

import static io.sluice.api.auth.TokenIssuer.claims;
import static io.sluice.api.auth.TokenIssuer.signed;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.sluice.api.auth.Authentication.Authenticated;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens against an issuer that publishes its keys over HTTP: which ones count, and what is said of the others. */
final class JwtVerifierTest extends IssuerFixture {
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
                .isEqualTo(new Authenticated(new Caller(
                        "ann",
                        Set.of(Role.EDITOR, Role.APPROVER),
                        new AllowedAccounts(Set.of("acme"), Set.of("team-")))));
        assertThat(ask(signed(ec, words)))
                .isEqualTo(new Authenticated(new Caller(
                        "otto",
                        Set.of(Role.OPERATOR, Role.VIEWER),
                        new AllowedAccounts(Set.of("acme", "globex"), Set.of()))));
        assertThat(ask(signed(rsa, claims("nobody", NOW).build())))
                .isEqualTo(new Authenticated(new Caller("nobody", Set.of(), AllowedAccounts.NONE)));
        assertThat(issuer.fetches).hasValue(1);
    }

    @Test
    void shouldSayWhatIsWrong_whenAClaimIs() throws Exception {
        // Given
        Date soon = Date.from(NOW.plusSeconds(60));
        Date lately = Date.from(NOW.minusSeconds(60));

        // When / Then
        assertRefused(
                AuthFailure.ISSUER,
                signed(rsa, claims("a", NOW).issuer("https://other").build()));
        assertRefused(
                AuthFailure.AUDIENCE,
                signed(rsa, claims("a", NOW).audience("other").build()));
        assertRefused(
                AuthFailure.AUDIENCE,
                signed(rsa, claims("a", NOW).audience(List.of()).build()));
        assertRefused(
                AuthFailure.EXPIRED,
                signed(rsa, claims("a", NOW).expirationTime(lately).build()));
        assertRefused(
                AuthFailure.NOT_YET_VALID,
                signed(rsa, claims("a", NOW).notBeforeTime(soon).build()));
        assertRefused(
                AuthFailure.CLAIMS,
                signed(rsa, claims("a", NOW).expirationTime(null).build()));
        assertRefused(AuthFailure.CLAIMS, signed(rsa, claims(null, NOW).build()));
        assertRefused(AuthFailure.CLAIMS, signed(rsa, claims("a\nb", NOW).build()));
        assertRefused(
                AuthFailure.CLAIMS,
                signed(rsa, claims("a", NOW).claim("accounts", "a/b").build()));
        assertThat(ask(signed(
                        rsa,
                        claims("a", NOW).audience(List.of("other", "sluice")).build())))
                .isInstanceOf(Authenticated.class);
    }

    @Test
    void shouldHoldToTheClock_whenATokenIsUsedAgain() throws Exception {
        // Given
        String token =
                signed(rsa, claims("a", NOW).notBeforeTime(Date.from(NOW)).build());
        int skew = JwtVerifier.CLOCK_SKEW_SECONDS;

        // When / Then
        now = NOW.minusSeconds(skew + 1);
        assertRefused(AuthFailure.NOT_YET_VALID, token);
        now = NOW.minusSeconds(skew - 1);
        assertThat(ask(token)).isInstanceOf(Authenticated.class);
        now = NOW.plusSeconds(3_600 + skew - 1);
        assertThat(ask(token)).isInstanceOf(Authenticated.class);
        now = NOW.plusSeconds(3_600 + skew + 1);
        assertRefused(AuthFailure.EXPIRED, token);
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
        assertRefused(AuthFailure.ALGORITHM, new PlainJWT(claims).serialize());
        assertRefused(AuthFailure.MALFORMED, none + right.substring(right.indexOf('.')));
        for (byte[] secret : List.of(publicKey, pem)) {
            assertRefused(AuthFailure.ALGORITHM, signed(JWSAlgorithm.HS256, "rsa-1", new MACSigner(secret), claims));
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
                AuthFailure.SIGNATURE, signed(JWSAlgorithm.RS256, "rsa-1", new RSASSASigner(unauthenticated), claims));
        assertRefused(AuthFailure.SIGNATURE, parts[0] + "." + otherClaims + "." + parts[2]);
        assertRefused(AuthFailure.SIGNATURE, parts[0] + "." + parts[1] + "." + parts[2].substring(0, 100));
        assertRefused(AuthFailure.SIGNER, signed(JWSAlgorithm.RS256, "ec-1", new RSASSASigner(rsa), claims));
        assertRefused(AuthFailure.SIGNER, signed(unauthenticated, claims));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {".", "..", "a.b.c", "a.b", "....", "e30.e30.e30", "{}.{}.{}", "e30.e30.e30.e30.e30", "é.é.é"})
    void shouldRefuse_whenItIsNoToken(String token) {
        // Given
        // When / Then
        assertRefused(AuthFailure.MALFORMED, token);
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
            assertThat(ask(token.serialize()) instanceof Authenticated).as(type).isEqualTo(!"logout+jwt".equals(type));
        }
    }
}
