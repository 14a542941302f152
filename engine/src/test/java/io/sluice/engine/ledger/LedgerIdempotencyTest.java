package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.compiled;
import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.ledger.Judgement.Decided;
import io.sluice.engine.ledger.Judgement.KeyReused;
import io.sluice.engine.ledger.Judgement.Replayed;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.Priority;
import io.sluice.engine.ruleset.RoutePath;
import io.sluice.engine.ruleset.Ruleset;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A key makes an admission safe to repeat: same answer, charged once, until the window is over. */
final class LedgerIdempotencyTest {
    private static final BucketKey BUCKET = new BucketKey("acme", "it", "acme");
    private static final Admission QUESTION =
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
        Decided first = (Decided) harness.judge(1_000, QUESTION, "k");

        // When
        Judgement second = harness.judge(5_000, QUESTION, "k");

        // Then
        assertThat(second).isEqualTo(new Replayed(first.outcome()));
        assertThat(used()).isEqualTo(2);
    }

    @Test
    void shouldChargeEachTime_whenThereIsNoKey() {
        // When
        harness.judge(1_000, QUESTION, /* key= */ null);
        harness.judge(1_000, QUESTION, /* key= */ null);

        // Then
        assertThat(used()).isEqualTo(4);
        assertThat(harness.store.memos).isEmpty();
    }

    @Test
    void shouldStayRefused_whenARefusalIsAskedAgain() {
        // Given
        harness.judge(0, admission("acme", 5), "drain");
        Decided refused = (Decided) harness.judge(0, QUESTION, "k");

        // When
        long retryAfterMillis = refused.outcome().retryAfterMillis();
        Judgement again = harness.judge(Math.min(9_999, retryAfterMillis - 1), QUESTION, "k");

        // Then
        assertThat(refused.outcome().reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
        assertThat(again).isEqualTo(new Replayed(refused.outcome()));
    }

    @Test
    void shouldJudgeAnew_whenTheTimeOfARefusalHasCome() {
        // Given
        harness.judge(0, admission("acme", 5), "drain");
        Decided refused = (Decided) harness.judge(0, QUESTION, "k");

        // When
        long retryAfterMillis = refused.outcome().retryAfterMillis();
        Judgement again = harness.judge(retryAfterMillis, QUESTION, "k");
        Judgement third = harness.judge(retryAfterMillis + 1, QUESTION, "k");

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
        Decided refused = (Decided) harness.judge(0, admission("acme", 1_000), "k");

        // When / Then
        assertThat(refused.outcome().reason()).isEqualTo(Reason.COST_ABOVE_CAPACITY);
        assertThat(harness.judge(9_999, admission("acme", 1_000), "k")).isEqualTo(new Replayed(refused.outcome()));
    }

    static Stream<Admission> otherQuestions() {
        RoutePath path = QUESTION.path();
        return Stream.of(
                new Admission("acme", "acme", 1, "GET", path, "api.test", Map.of("region", "eu")),
                new Admission("acme", "acme", 2, "PUT", path, "api.test", Map.of("region", "eu")),
                new Admission("acme", "acme", 2, "GET", RoutePath.of("/v1"), "api.test", Map.of("region", "eu")),
                new Admission("acme", "acme", 2, "GET", path, "", Map.of("region", "eu")),
                new Admission("acme", "acme", 2, "GET", path, "api.test", Map.of()),
                new Admission("acme", "acme", 2, "GET", path, "api.test", Map.of("region", "us")),
                new Admission("acme", "acme", 2, "GET", path, "api.test", Map.of("regione", "u")),
                QUESTION.reserving(5),
                QUESTION.waiting(5),
                QUESTION.reserving(5).waiting(5),
                QUESTION.withPriority(Priority.HIGH),
                QUESTION.withPriority(Priority.LOW));
    }

    @ParameterizedTest
    @MethodSource("otherQuestions")
    void shouldRefuseTheKey_whenUsedForAnotherQuestion(Admission other) {
        // Given
        harness.judge(1_000, QUESTION, "k");
        LedgerHarness untouched = harness.restored();

        // When
        Judgement judgement = harness.judge(1_000, other, "k");

        // Then
        assertThat(judgement).isEqualTo(new KeyReused(1_000));
        assertThat(harness.store).isEqualTo(untouched.store);
        assertThat(harness.judge(1_000, QUESTION, "k")).isInstanceOf(Replayed.class);
    }

    @Test
    void shouldBeTheSameQuestion_whenThePathIsSpelledInAnotherWay() {
        // Given
        harness.judge(1_000, QUESTION, "k");
        RoutePath spelled = RoutePath.of("/v1//./x/?y=1");

        // When
        Judgement judgement = harness.judge(
                1_000, new Admission("acme", "acme", 2, "GET", spelled, "api.test", Map.of("region", "eu")), "k");

        // Then
        assertThat(judgement).isInstanceOf(Replayed.class);
    }

    @Test
    void shouldKeepKeysApart_whenTwoClientsUseTheSame() {
        // Given
        harness.judge(0, admission("acme/a", 1), "k");

        // Then
        assertThat(harness.judge(0, admission("acme/b", 3), "k")).isInstanceOf(Decided.class);
        assertThat(harness.judge(0, admission("beta/a", 3), "k")).isInstanceOf(Decided.class);
        assertThat(harness.judge(0, admission("acme/a", 1), "other")).isInstanceOf(Decided.class);
    }

    @Test
    void shouldJudgeAnew_whenTheWindowIsOver() {
        // Given
        harness.judge(1_000, QUESTION, "k");
        MemoKey key = new MemoKey("acme", "acme", "k");

        // Then
        // It holds for the window's last millisecond and no longer.
        assertThat(harness.judge(10_999, QUESTION, "k")).isInstanceOf(Replayed.class);
        assertThat(harness.ledger.isExpired(harness.store.memo(key))).isFalse();
        harness.goTo(11_000);
        assertThat(harness.ledger.isExpired(harness.store.memo(key))).isTrue();
        assertThat(harness.judge(11_000, QUESTION, "k")).isInstanceOf(Decided.class);
        assertThat(used()).isEqualTo(4);
        assertThat(harness.judge(20_999, QUESTION, "k")).isInstanceOf(Replayed.class);
        assertThat(used()).isEqualTo(4);
    }

    @Test
    void shouldJudgeAnew_whenAnotherQuestionComesAfterTheWindow() {
        // Given
        harness.judge(1_000, QUESTION, "k");

        // Then
        assertThat(harness.judge(11_000, admission("acme", 1), "k")).isInstanceOf(Decided.class);
        assertThat(used()).isEqualTo(3);
    }

    @Test
    void shouldKeepTheWindowOfTheAnswer_whenALaterRulesetHasAnother() {
        // Given
        harness.judge(1_000, QUESTION, "shorter-later");
        harness.activate(1_000, windowed(2, "1s"));

        // Then
        // A shorter window does not cut it.
        assertThat(harness.judge(10_999, QUESTION, "shorter-later")).isInstanceOf(Replayed.class);

        // When
        harness.judge(11_000, admission("acme", 1), "longer-later");
        harness.activate(12_000, windowed(3, "1h"));

        // Then
        // A longer one does not bring it back.
        assertThat(harness.judge(12_000, admission("acme", 1), "longer-later")).isInstanceOf(Decided.class);
    }

    @Test
    void shouldRemember_whenCostIsZeroOrNoRulesetIsThere() {
        // Given
        LedgerHarness unruled = LedgerHarness.empty();
        Decided first = (Decided) unruled.judge(0, admission("acme", 0), "k");

        // When
        unruled.activate(1, windowed(1, "1s"));

        // Then
        // The window is the standard one of ten minutes.
        assertThat(unruled.judge(599_999, admission("acme", 0), "k")).isEqualTo(new Replayed(first.outcome()));
        assertThat(unruled.judge(600_000, admission("acme", 0), "k")).isInstanceOf(Decided.class);
    }
}
