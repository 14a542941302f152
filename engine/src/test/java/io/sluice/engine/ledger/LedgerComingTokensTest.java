package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.ruleset;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.HoldOutcome;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Leases of tokens that are still to come, by example. */
final class LedgerComingTokensTest {
    private static final long TTL = 10_000;
    private static final long OVER = 2_500;

    private static LeaseDemand taking(long overMillis) {
        return new LeaseDemand(
                admission("acme/a", 1), /* prefetchTokens= */ 1_000_000, TTL, /* roadMillis= */ 0, overMillis);
    }

    /** A bucket of 100 tokens with one left, and 10 more each second. */
    private static LedgerHarness nearlyEmpty(Ruleset rules) {
        LedgerHarness harness = LedgerHarness.with(rules);
        assertThat(harness.admit(100, admission("acme/a", 99)).allowed()).isTrue();
        return harness;
    }

    private static Ruleset tenASecond() {
        return ruleset(1, limit("tokens", 10, "1s", 100));
    }

    private static boolean admits(LedgerHarness harness, long atMillis) {
        return harness.admit(atMillis, admission("acme/a", 1)).allowed();
    }

    @Test
    void shouldLendWhatComes_whenTheLastTokenIsTaken() {
        // Given
        LedgerHarness harness = nearlyEmpty(tenASecond());

        // When
        Lending lending = harness.lends(100, taking(OVER));

        // Then: 25 come in that time, of which the own token counts as one; nobody else gets any of them
        assertThat(lending.tokens()).isEqualTo(24);
        assertThat(lending.overMillis()).isEqualTo(2_400);
        assertThat(lending.ttlMillis()).isEqualTo(TTL);
        assertThat(admits(harness, 100 + 2_400 + 99)).isFalse();
        assertThat(admits(harness, 100 + 2_400 + 100)).isTrue();
    }

    @Test
    void shouldLendNothing_whenTheFrontEndTakesNoneThatCome() {
        // Given
        LedgerHarness harness = nearlyEmpty(tenASecond());

        // When / Then
        assertThat(harness.lends(100, taking(/* overMillis= */ 0)).tokens()).isZero();
        assertThat(admits(harness, 200)).isTrue();
    }

    @Test
    void shouldLendWhatIsThere_whenThatIsEnough() {
        // Given
        LedgerHarness harness = LedgerHarness.with(tenASecond());

        // When
        Lending lending = harness.lends(100, taking(OVER));

        // Then
        assertThat(lending.tokens()).isEqualTo(24);
        assertThat(lending.overMillis()).isZero();
    }

    @Test
    void shouldGiveBackAsIfNeverTaken_whenTheyHaveNotCome() {
        // Given
        LedgerHarness harness = nearlyEmpty(tenASecond());
        harness.lends(100, taking(OVER));

        // When: a second later, 10 have come and are spent
        HoldKey key = new HoldKey("acme", HoldKind.LEASE, 1);
        HoldResult result = harness.settle(1_100, new HoldAction(key, "acme/a", HoldOutcome.RETURNED, 10));

        // Then
        assertThat(((HoldResult.Ended) result).settlement().returned()).isEqualTo(14);
        assertThat(admits(harness, 1_199)).isFalse();
        assertThat(admits(harness, 1_200)).isTrue();
    }

    @Test
    void shouldLendNothing_whenTheBucketIsOfSeveralClients() {
        // Given
        Ruleset rules = ruleset(
                1,
                limit("tokens", 10, "1s", 100),
                tree("id", "all", "scope", "account", "rate", Map.of("tokens", 10, "per", "1s"), "burst", 100));
        LedgerHarness harness = nearlyEmpty(rules);

        // When / Then: the account's other clients have a right to what comes
        assertThat(harness.lends(100, taking(OVER)).tokens()).isZero();
    }

    @Test
    void shouldLendWhatOthersHave_whenOneLimitHasTooLittle() {
        // Given: what is left of the account's 240 above half of them is 20, and a quarter of that is lent
        Ruleset rules = ruleset(
                1,
                limit("tokens", 10, "1s", 100),
                tree("id", "all", "scope", "account", "rate", Map.of("tokens", 240, "per", "1h"), "burst", 240));
        LedgerHarness harness = nearlyEmpty(rules);

        // When
        Lending lending = harness.lends(100, taking(OVER));

        // Then
        assertThat(lending.tokens()).isEqualTo(3);
        assertThat(lending.overMillis()).isEqualTo(300);
    }

    @Test
    void shouldLendNoMoreThanTheBucketHolds_whenMoreWouldCome() {
        // Given: 1,000 come in a second, and 10 fit
        LedgerHarness harness = LedgerHarness.with(ruleset(1, limit("tokens", 1_000, "1s", 10)));
        harness.admit(100, admission("acme/a", 9));

        // When
        Lending lending = harness.lends(100, taking(OVER));

        // Then
        assertThat(lending.tokens()).isEqualTo(9);
        assertThat(lending.overMillis()).isEqualTo(9);
    }

    @Test
    void shouldLendNothing_whenTheWindowIsFixed() {
        // Given: nothing comes before its end
        Ruleset rules = ruleset(
                1,
                tree(
                        "id",
                        "window",
                        "scope",
                        "client",
                        "algorithm",
                        "fixed-window",
                        "limit",
                        100,
                        "window",
                        tree("per", "1s")));
        LedgerHarness harness = nearlyEmpty(rules);

        // When / Then
        assertThat(harness.lends(100, taking(OVER)).tokens()).isZero();
    }
}
