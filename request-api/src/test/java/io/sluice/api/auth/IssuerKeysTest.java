package io.sluice.api.auth;

import static io.sluice.api.auth.TokenIssuer.claims;
import static io.sluice.api.auth.TokenIssuer.signed;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.RSASSASigner;
import io.sluice.api.auth.Authentication.Authenticated;
import io.sluice.api.auth.Authentication.Refused;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The issuer's keys as they change, and as the issuer comes and goes. */
final class IssuerKeysTest extends IssuerFixture {
    @Test
    void shouldFollow_whenTheIssuerChangesItsKeys() throws Exception {
        // Given
        String before = signed(rsa, claims("ann", NOW).build());
        String after = signed(unauthenticated, claims("ann", NOW).build());
        assertThat(ask(before)).isInstanceOf(Authenticated.class);

        // When
        issuer.publish(unauthenticated);

        // Then: at once, and then a while nothing is fetched, whatever is asked for
        assertThat(ask(after)).isInstanceOf(Authenticated.class);
        assertThat(issuer.fetches).hasValue(2);
        for (int i = 0; i < 20; i++) {
            assertRefused(
                    AuthFailure.SIGNER,
                    signed(
                            JWSAlgorithm.RS256,
                            "unknown-" + i,
                            new RSASSASigner(rsa),
                            claims("a", NOW).build()));
        }
        assertThat(issuer.fetches).hasValueLessThanOrEqualTo(3);

        // Then: what was verified counts for a while, but a key that was withdrawn proves nothing any more
        assertThat(ask(before)).isInstanceOf(Authenticated.class);
        now = NOW.plusMillis(JwtVerifier.VERIFIED_MILLIS_MAX);
        assertRefused(AuthFailure.SIGNER, before);
    }

    @Test
    void shouldGoOnWithTheKeysItHas_whenTheIssuerIsDown() throws Exception {
        // Given
        access.close();
        access = access(new IssuerKeys.RefreshSchedule(200, 1, 60_000, 50));
        String ann = signed(rsa, claims("ann", NOW).build());
        Awaitility.await().untilAsserted(() -> assertThat(ask(ann)).isInstanceOf(Authenticated.class));

        // When
        issuer.answer(500);
        assertRefused(
                AuthFailure.KEYS_UNAVAILABLE,
                signed(unauthenticated, claims("new", NOW).build()));
        int fetches = issuer.fetches.get();
        Awaitility.await().untilAsserted(() -> {
            assertThat(ask(signed(
                            ec,
                            claims("otto", NOW).jwtID("" + System.nanoTime()).build())))
                    .isInstanceOf(Authenticated.class);
            assertThat(issuer.fetches).hasValueGreaterThan(fetches);
        });

        // Then: again when it is back
        issuer.publish(unauthenticated);
        issuer.answer(200);
        Awaitility.await()
                .untilAsserted(() -> assertThat(
                                ask(signed(unauthenticated, claims("new", NOW).build())))
                        .isInstanceOf(Authenticated.class));
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
            assertRefused(
                    AuthFailure.KEYS_UNAVAILABLE, signed(rsa, claims("ann", NOW).build()));
        }
        assertThat(issuer.fetches).hasValueLessThanOrEqualTo(2);
    }

    @Test
    void shouldHoldNobodyForLong_whenTheIssuerHangs() throws Exception {
        // Given
        access.close();
        access = access(new IssuerKeys.RefreshSchedule(300_000, 10_000, 300_000, 300));
        issuer.hang();
        String token = signed(rsa, claims("ann", NOW).build());
        ExecutorService callers = Executors.newFixedThreadPool(64);

        // When
        long startedNanos = System.nanoTime();
        List<Future<Authentication>> answers = callers.invokeAll(Collections.nCopies(200, () -> ask(token)));
        long tookMillis = (System.nanoTime() - startedNanos) / 1_000_000;
        callers.shutdown();

        // Then: two fetches of 300 ms, and nobody in a queue behind them
        for (Future<Authentication> answer : answers) {
            assertThat(answer.get()).isEqualTo(new Refused(AuthFailure.KEYS_UNAVAILABLE));
        }
        assertThat(issuer.fetches).hasValueLessThanOrEqualTo(2);
        assertThat(tookMillis).isLessThan(10_000);
    }

    @Test
    void shouldAnswerKnownKeysAtOnce_whenManyTokensNameUnknownOnes() throws Exception {
        // Given: an issuer that has answered once, and then hangs for longer than the test may take
        assertThat(ask(signed(rsa, claims("first", NOW).build()))).isInstanceOf(Authenticated.class);
        issuer.hang();
        ExecutorService strangers = Executors.newFixedThreadPool(40);
        List<Future<Authentication>> waiting = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String unknown = signed(
                    JWSAlgorithm.RS256,
                    "unknown-" + i,
                    new RSASSASigner(unauthenticated),
                    claims("m", NOW).build());
            waiting.add(strangers.submit(() -> ask(unknown)));
        }
        Awaitility.await().until(() -> open(waiting) == IssuerKeys.WAITERS_MAX && waiters() == IssuerKeys.WAITERS_MAX);

        // When: tokens that nobody has seen before, of keys that are known
        for (int i = 0; i < 40; i++) {
            assertThat(ask(signed(rsa, claims("new-" + i, NOW).build()))).isInstanceOf(Authenticated.class);
            assertRefused(
                    AuthFailure.SIGNER,
                    signed(
                            JWSAlgorithm.RS256,
                            "ec-1",
                            new RSASSASigner(rsa),
                            claims("new-" + i, NOW).build()));
        }

        // Then: they did not wait for those, who share one fetch and are told what came of it
        assertThat(open(waiting)).isEqualTo(IssuerKeys.WAITERS_MAX);
        issuer.goOn();
        List<Authentication> answers = new ArrayList<>();
        for (Future<Authentication> answer : waiting) {
            answers.add(answer.get());
        }
        strangers.shutdown();
        assertThat(answers)
                .containsOnly(new Refused(AuthFailure.SIGNER), new Refused(AuthFailure.KEYS_UNAVAILABLE))
                .filteredOn(new Refused(AuthFailure.SIGNER)::equals)
                .hasSize(IssuerKeys.WAITERS_MAX);
        assertThat(issuer.fetches).hasValue(2);
        assertThat(waiters()).isZero();
    }

    @Test
    void shouldAnswerKnownKeysAtOnce_whenTheyAreOldAndTheIssuerHangs() throws Exception {
        // Given
        access.close();
        access = access(new IssuerKeys.RefreshSchedule(1, 10_000, 300_000, 20_000));
        assertThat(ask(signed(rsa, claims("first", NOW).build()))).isInstanceOf(Authenticated.class);

        // When: the next fetch in the background hangs
        issuer.hang();
        int fetches = issuer.fetches.get();
        Awaitility.await().until(() -> issuer.fetches.get() > fetches);

        // Then
        for (int i = 0; i < 40; i++) {
            assertThat(ask(signed(ec, claims("new-" + i, NOW).build()))).isInstanceOf(Authenticated.class);
        }
        assertThat(waiters()).isZero();
    }

    private static long open(List<Future<Authentication>> answers) {
        return answers.stream().filter(answer -> !answer.isDone()).count();
    }

    private double waiters() {
        return registry.get("sluice.access.jwks.waiters").gauge().value();
    }

    @Test
    void shouldReadAFile_whenKeysArePublishedAsOne(@TempDir Path directory) throws Exception {
        // Given
        Path file = Files.writeString(
                directory.resolve("jwks.json"),
                "{\"keys\":[" + rsa.toPublicJWK().toJSONString() + "]}");
        JwtConfig config = JwtConfig.of(file.toUri(), TokenIssuer.ISSUER, TokenIssuer.AUDIENCE);

        // When
        try (Access fromFile = Access.of(KeyRing.of(List.of()), config, registry)) {
            Instant real = Instant.now();

            // Then
            assertThat(fromFile.authenticate(
                            "Bearer " + signed(rsa, claims("ann", real).build())))
                    .isInstanceOf(Authenticated.class);
            assertThat(fromFile.authenticate("Bearer "
                            + signed(unauthenticated, claims("ann", real).build())))
                    .isEqualTo(new Refused(AuthFailure.SIGNER));
        }
    }
}
