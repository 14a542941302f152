package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.compiled;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.ledger.AdmissionResult.Decided;
import io.sluice.engine.ledger.AdmissionResult.KeyReused;
import io.sluice.engine.ledger.AdmissionResult.Replayed;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.PriorityLevel;
import io.sluice.engine.ruleset.RoutePath;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.IdempotencyRecordKey;
import io.sluice.engine.state.Reason;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A key makes an admission safe to repeat: same answer, charged once, until the window is over. */
final class LedgerIdempotencyTest {
    private static final BucketKey BUCKET = new BucketKey("acme", "it", "acme");
    private static final Admission REQUEST =
            new Admission("acme", "acme", 2, "GET", RoutePath.of("/v1/x"), "api.test", Map.of("region", "eu"));

    private final LedgerHarness harness = LedgerHarness.with(windowed(1, "10s"));

    private static Ruleset windowed(long revision, String window) {
        Map<String, Object> document = document(limit("it", 1, "1h", 5));
        document.put("idempotencyWindow", window);
        return compiled(revision, document);
    }

    private long used() {
        return harness.store.bucket(BUCKET).state().usedTokens();
    }

    @Test
    void shouldAnswerAlikeAndChargeOnce_whenAskedAgain() {
        // Given
        Decided first = (Decided) harness.evaluate(1_000, REQUEST, "k");

        // When
        AdmissionResult second = harness.evaluate(5_000, REQUEST, "k");

        // Then
        assertThat(second).isEqualTo(new Replayed(first.outcome()));
        assertThat(used()).isEqualTo(2);
    }

    @Test
    void shouldChargeEachTime_whenThereIsNoKey() {
        // When
        harness.evaluate(1_000, REQUEST, /* key= */ null);
        harness.evaluate(1_000, REQUEST, /* key= */ null);

        // Then
        assertThat(used()).isEqualTo(4);
        assertThat(harness.store.idempotencyRecords()).isEmpty();
    }

    @Test
    void shouldStayRefused_whenARefusalIsAskedAgain() {
        // Given
        harness.evaluate(0, admission("acme", 5), "drain");
        Decided refused = (Decided) harness.evaluate(0, REQUEST, "k");

        // When
        long retryAfterMillis = refused.outcome().retryAfterMillis();
        AdmissionResult again = harness.evaluate(Math.min(9_999, retryAfterMillis - 1), REQUEST, "k");

        // Then
        assertThat(refused.outcome().reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
        assertThat(again).isEqualTo(new Replayed(refused.outcome()));
    }

    @Test
    void shouldDecideAnew_whenTheTimeOfARefusalHasCome() {
        // Given
        harness.evaluate(0, admission("acme", 5), "drain");
        Decided refused = (Decided) harness.evaluate(0, REQUEST, "k");

        // When
        long retryAfterMillis = refused.outcome().retryAfterMillis();
        AdmissionResult again = harness.evaluate(retryAfterMillis, REQUEST, "k");
        AdmissionResult third = harness.evaluate(retryAfterMillis + 1, REQUEST, "k");

        // Then
        assertThat(again)
                .isInstanceOfSatisfying(
                        Decided.class,
                        decided -> assertThat(decided.outcome().allowed()).isTrue());
        assertThat(third).isEqualTo(new Replayed(((Decided) again).outcome()));
    }

    @Test
    void shouldRememberARefusalForTheWholeWindow_whenTimeDoesNotMendIt() {
        // Given
        Decided refused = (Decided) harness.evaluate(0, admission("acme", 1_000), "k");

        // When / Then
        assertThat(refused.outcome().reason()).isEqualTo(Reason.COST_ABOVE_CAPACITY);
        assertThat(harness.evaluate(9_999, admission("acme", 1_000), "k")).isEqualTo(new Replayed(refused.outcome()));
    }

    static Stream<Admission> otherRequests() {
        RoutePath path = REQUEST.path();
        return Stream.of(
                new Admission("acme", "acme", 1, "GET", path, "api.test", Map.of("region", "eu")),
                new Admission("acme", "acme", 2, "PUT", path, "api.test", Map.of("region", "eu")),
                new Admission("acme", "acme", 2, "GET", RoutePath.of("/v1"), "api.test", Map.of("region", "eu")),
                new Admission("acme", "acme", 2, "GET", path, "", Map.of("region", "eu")),
                new Admission("acme", "acme", 2, "GET", path, "api.test", Map.of()),
                new Admission("acme", "acme", 2, "GET", path, "api.test", Map.of("region", "us")),
                new Admission("acme", "acme", 2, "GET", path, "api.test", Map.of("regione", "u")),
                REQUEST.reserving(5),
                REQUEST.waiting(5),
                REQUEST.reserving(5).waiting(5),
                REQUEST.withPriority(PriorityLevel.HIGH),
                REQUEST.withPriority(PriorityLevel.LOW));
    }

    @ParameterizedTest
    @MethodSource("otherRequests")
    void shouldRefuseTheKey_whenUsedForAnotherRequest(Admission other) {
        // Given
        harness.evaluate(1_000, REQUEST, "k");
        LedgerHarness untouched = harness.restored();

        // When
        AdmissionResult result = harness.evaluate(1_000, other, "k");

        // Then
        assertThat(result).isEqualTo(new KeyReused(1_000));
        assertThat(harness.store).isEqualTo(untouched.store);
        assertThat(harness.evaluate(1_000, REQUEST, "k")).isInstanceOf(Replayed.class);
    }

    @Test
    void shouldBeTheSameRequest_whenThePathIsSpelledInAnotherWay() {
        // Given
        harness.evaluate(1_000, REQUEST, "k");
        RoutePath spelled = RoutePath.of("/v1//./x/?y=1");

        // When
        AdmissionResult result = harness.evaluate(
                1_000, new Admission("acme", "acme", 2, "GET", spelled, "api.test", Map.of("region", "eu")), "k");

        // Then
        assertThat(result).isInstanceOf(Replayed.class);
    }

    @Test
    void shouldKeepKeysApart_whenTwoClientsUseTheSame() {
        // Given
        harness.evaluate(0, admission("acme/a", 1), "k");

        // Then
        assertThat(harness.evaluate(0, admission("acme/b", 3), "k")).isInstanceOf(Decided.class);
        assertThat(harness.evaluate(0, admission("beta/a", 3), "k")).isInstanceOf(Decided.class);
        assertThat(harness.evaluate(0, admission("acme/a", 1), "other")).isInstanceOf(Decided.class);
    }

    @Test
    void shouldDecideAnew_whenTheWindowIsOver() {
        // Given
        harness.evaluate(1_000, REQUEST, "k");
        IdempotencyRecordKey key = new IdempotencyRecordKey("acme", "acme", "k");

        // Then
        // It holds for the window's last millisecond and no longer.
        assertThat(harness.evaluate(10_999, REQUEST, "k")).isInstanceOf(Replayed.class);
        assertThat(harness.ledger.isExpired(harness.store.idempotencyRecord(key)))
                .isFalse();
        harness.goTo(11_000);
        assertThat(harness.ledger.isExpired(harness.store.idempotencyRecord(key)))
                .isTrue();
        assertThat(harness.evaluate(11_000, REQUEST, "k")).isInstanceOf(Decided.class);
        assertThat(used()).isEqualTo(4);
        assertThat(harness.evaluate(20_999, REQUEST, "k")).isInstanceOf(Replayed.class);
        assertThat(used()).isEqualTo(4);
    }

    @Test
    void shouldDecideAnew_whenAnotherRequestComesAfterTheWindow() {
        // Given
        harness.evaluate(1_000, REQUEST, "k");

        // Then
        assertThat(harness.evaluate(11_000, admission("acme", 1), "k")).isInstanceOf(Decided.class);
        assertThat(used()).isEqualTo(3);
    }

    @Test
    void shouldKeepTheWindowOfTheAnswer_whenALaterRulesetHasAnother() {
        // Given
        harness.evaluate(1_000, REQUEST, "shorter-later");
        harness.activate(1_000, windowed(2, "1s"));

        // Then
        // A shorter window does not cut it.
        assertThat(harness.evaluate(10_999, REQUEST, "shorter-later")).isInstanceOf(Replayed.class);

        // When
        harness.evaluate(11_000, admission("acme", 1), "longer-later");
        harness.activate(12_000, windowed(3, "1h"));

        // Then
        // A longer one does not bring it back.
        assertThat(harness.evaluate(12_000, admission("acme", 1), "longer-later"))
                .isInstanceOf(Decided.class);
    }

    @Test
    void shouldRemember_whenCostIsZeroOrNoRulesetIsThere() {
        // Given
        LedgerHarness unruled = LedgerHarness.empty();
        Decided first = (Decided) unruled.evaluate(0, admission("acme", 0), "k");

        // When
        unruled.activate(1, windowed(1, "1s"));

        // Then
        // The window is the standard one of ten minutes.
        assertThat(unruled.evaluate(599_999, admission("acme", 0), "k")).isEqualTo(new Replayed(first.outcome()));
        assertThat(unruled.evaluate(600_000, admission("acme", 0), "k")).isInstanceOf(Decided.class);
    }
}
