package io.sluice.engine.ledger;

import static io.sluice.engine.ledger.PenaltyRules.penalties;
import static io.sluice.engine.ledger.PenaltyRules.rule;
import static io.sluice.engine.ledger.PenaltyRules.rung;
import static io.sluice.engine.ledger.PenaltyRules.with;
import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.controlplane.Author;
import io.sluice.engine.penalty.PenaltyEntry;
import io.sluice.engine.penalty.PenaltyMatch;
import io.sluice.engine.profile.ProfileAction;
import io.sluice.engine.profile.ProfileCommand;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.state.Reason;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who passes the challenge of a penalty is let in again, one rung lower, and once. */
final class LedgerChallengesTest {
    private static final long HOUR = 3_600_000;

    private LedgerHarness harness = LedgerHarness.empty();

    private void given(Map<String, Object> rule) {
        harness = LedgerHarness.with(PenaltyRules.ruleset(1, penalties(rule)));
    }

    private Outcome ask(long atMillis, String clientId) {
        return harness.admit(atMillis, admission(clientId, 1));
    }

    /** Denials until a penalty begins, and the answer of that penalty. */
    private PenaltyMatch relapse(long atMillis, String clientId) {
        for (int i = 0; i < 4; i++) {
            ask(atMillis, clientId);
        }
        return ask(atMillis, clientId).penalty();
    }

    private ProfileResult lift(long atMillis, String account, PenaltyMatch match) {
        return harness.change(
                atMillis,
                new ProfileCommand(
                        account,
                        "c",
                        /* expectedVersion= */ 77,
                        new Author("login", "captcha passed"),
                        new ProfileAction.Lift(
                                match.ruleId(),
                                match.clientId().isEmpty() ? account : match.clientId(),
                                match.begunAtOffset())));
    }

    private static void assertOver(ProfileResult result) {
        assertThat(((ProfileResult.Refused) result).refusal()).isEqualTo(ProfileResult.Refusal.CHALLENGE_OVER);
    }

    @Test
    void shouldLetIn_whenTheChallengeWasPassed() {
        // Given
        given(rule(rung("challenge", "1m"), rung("challenge", "10m")));
        PenaltyMatch match = relapse(1_000, "acme/a");

        // When
        ProfileResult lifted = lift(2_000, "acme", match);

        // Then
        PenaltyEntry entry = ((ProfileResult.Accepted) lifted).event().lifted();
        assertThat(entry.strikes()).isEqualTo(1);
        assertThat(ask(2_000, "acme/a").reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
        assertThat(ask(2 * HOUR, "acme/a").allowed()).isTrue();
        assertThat(harness.ledger.profile("acme").version()).isZero();
        assertThat(harness.ledger.endedPenalties("acme", harness.goTo(2 * HOUR)))
                .as("an end that was noted already")
                .isNull();
    }

    @Test
    void shouldCountOnce_whenRedeemedAgainAndAgain() {
        // Given
        given(rule(rung("challenge", "1m"), rung("challenge", "10m")));
        PenaltyMatch first = relapse(1_000, "acme/a");
        lift(1_000, "acme", first);

        // When
        ProfileResult atOnce = lift(1_000, "acme", first);
        PenaltyMatch second = relapse(1_000, "acme/a");
        ProfileResult withTheOldOne = lift(1_000, "acme", first);

        // Then
        assertOver(atOnce);
        assertThat(second.rung()).isEqualTo(1);
        assertThat(second.begunAtOffset()).isGreaterThan(first.begunAtOffset());
        assertOver(withTheOldOne);
        assertThat(ask(1_001, "acme/a").reason()).isEqualTo(Reason.PENALTY);
    }

    @Test
    void shouldLiftOneRung_whenThereAreMore() {
        // Given
        given(rule(rung("challenge", "1m"), rung("challenge", "10m"), rung("deny", "1h")));
        relapse(0, "acme/a");
        PenaltyMatch second = relapse(60_000, "acme/a");

        // When
        lift(70_000, "acme", second);
        PenaltyMatch relapsed = relapse(80_000, "acme/a");

        // Then
        assertThat(second.rung()).isEqualTo(2);
        assertThat(relapsed.rung())
                .as("the rung that was lifted, and not the next one")
                .isEqualTo(2);
        assertThat(relapsed.untilMillis()).isEqualTo(680_000);
    }

    @Test
    void shouldForgetTheRest_whenItDecaysAfterTheLift() {
        // Given
        given(rule(rung("challenge", "1m"), rung("challenge", "10m")));
        relapse(0, "acme/a");
        lift(70_000, "acme", relapse(60_000, "acme/a"));

        // When
        PenaltyMatch late = relapse(70_000 + HOUR, "acme/a");

        // Then
        assertThat(late.rung()).isEqualTo(1);
    }

    @Test
    void shouldStayTheSamePenalty_whenRequestsExtendIt() {
        // Given
        given(with(rule(rung("challenge", "1m")), "extend", true));
        PenaltyMatch first = relapse(0, "acme/a");

        // When
        PenaltyMatch extended = ask(30_000, "acme/a").penalty();
        ask(30_001, "acme/a");
        ProfileResult lifted = lift(40_000, "acme", first);

        // Then
        assertThat(extended.begunAtOffset()).isEqualTo(first.begunAtOffset());
        assertThat(lifted).isInstanceOf(ProfileResult.Accepted.class);
        assertThat(ask(40_001, "acme/a").reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
    }

    @Test
    void shouldLetInEveryClient_whenAllOfTheAccountWasChallenged() {
        // Given
        given(with(rule(rung("challenge", "1m")), "scope", "account"));
        PenaltyMatch match = relapse(0, "acme/a");

        // When
        ProfileResult lifted = lift(1, "acme", match);

        // Then
        assertThat(match.clientId()).isEmpty();
        assertThat(lifted).isInstanceOf(ProfileResult.Accepted.class);
        assertThat(ask(2, "acme/b").allowed()).isTrue();
    }

    @Test
    void shouldLetIn_whenTheClientIsNamedLikeItsAccount() {
        // Given
        given(rule(rung("challenge", "1m")));
        PenaltyMatch match = relapse(0, "acme");
        relapse(0, "acme/b");

        // When
        ProfileResult lifted = lift(1, "acme", match);

        // Then
        assertThat(match.clientId()).isEqualTo("acme");
        PenaltyEntry entry = ((ProfileResult.Accepted) lifted).event().lifted();
        assertThat(entry.clientId()).isEqualTo("acme");
        assertThat(ask(2, "acme").reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
        assertThat(ask(2, "acme/b").reason()).isEqualTo(Reason.PENALTY);
    }

    @Test
    void shouldChangeNothing_whenItIsOverOrOfAnotherOrAsksForNoChallenge() {
        // Given
        given(rule(rung("challenge", "1m"), rung("deny", "1h")));
        PenaltyMatch ofA = relapse(0, "acme/a");
        PenaltyMatch ofB = relapse(0, "beta/b");
        PenaltyMatch denied = relapse(60_000, "acme/a");
        var before = harness.store.penalties("acme");

        // When
        ProfileResult late = lift(60_001, "acme", ofA);
        ProfileResult ofAnother = lift(60_001, "acme", ofB);
        ProfileResult noChallenge = lift(60_001, "acme", denied);
        ProfileResult unknown = lift(60_001, "gamma", ofA);

        // Then
        assertOver(late);
        assertOver(ofAnother);
        assertOver(noChallenge);
        assertOver(unknown);
        assertThat(harness.store.penalties("acme")).isEqualTo(before);
        assertThat(ask(60_002, "acme/a").penalty().rung()).isEqualTo(2);
    }

    @Test
    void shouldChangeNothing_whenTheRuleIsGoneOrInShadow() {
        // Given
        given(rule(rung("challenge", "1h")));
        PenaltyMatch match = relapse(0, "acme/a");

        // When
        harness.activate(1, PenaltyRules.ruleset(2, penalties(with(rule(rung("challenge", "1h")), "mode", "shadow"))));
        ProfileResult inShadow = lift(2, "acme", match);
        harness.activate(3, PenaltyRules.ruleset(3, penalties(with(rule(rung("challenge", "1h")), "id", "other"))));
        ProfileResult gone = lift(4, "acme", match);

        // Then
        assertOver(inShadow);
        assertOver(gone);
    }
}
