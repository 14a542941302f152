package io.sluice.engine.ledger;

import static io.sluice.engine.ledger.PenaltyRules.penalties;
import static io.sluice.engine.ledger.PenaltyRules.rung;
import static io.sluice.engine.ledger.PenaltyRules.with;
import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.controlplane.Author;
import io.sluice.engine.penalty.PenaltyAction;
import io.sluice.engine.penalty.PenaltyEvent;
import io.sluice.engine.penalty.PenaltyMatch;
import io.sluice.engine.profile.ProfileAction;
import io.sluice.engine.profile.ProfileCommand;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.state.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories: every verdict is that of a slow model, which keeps each denial; and neither clean-up nor restarts
 * change any of them.
 */
final class PenaltyHistoryTest {
    private static final long[] RUNG_MILLIS = {2_000, 5_000, 9_000};
    private static final long WINDOW_MILLIS = 3_000;
    private static final long DECAY_MILLIS = 4_000;
    private static final int DENIALS = 4;

    /** One client as the definition has it. */
    private static final class Model {
        private final boolean extend;
        private final List<Long> denials = new ArrayList<>();
        private int strikes;
        private long untilMillis;

        Model(boolean extend) {
            this.extend = extend;
        }

        boolean isPenalised(long nowMillis) {
            return nowMillis < untilMillis;
        }

        void refusedByPenalty(long nowMillis) {
            if (extend) {
                untilMillis = Math.max(untilMillis, nowMillis + RUNG_MILLIS[strikes - 1]);
            }
        }

        void challengePassed(long nowMillis) {
            strikes--;
            untilMillis = nowMillis;
        }

        void refusedByLimit(long nowMillis) {
            if (!denials.isEmpty() && nowMillis >= denials.get(0) + WINDOW_MILLIS) {
                denials.clear();
            }
            denials.add(nowMillis);
            if (denials.size() < DENIALS) {
                return;
            }
            denials.clear();
            for (long end = untilMillis + DECAY_MILLIS; strikes > 0 && end <= nowMillis; end += DECAY_MILLIS) {
                strikes--;
            }
            strikes = Math.min(strikes + 1, RUNG_MILLIS.length);
            untilMillis = nowMillis + RUNG_MILLIS[strikes - 1];
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldAgreeWithTheDefinition_whenHistoryIsRandom(long seed) {
        // Given
        SplittableRandom random = new SplittableRandom(seed);
        boolean extend = random.nextBoolean();
        Map<String, Object> rule = with(
                PenaltyRules.rule(rung("deny", "2s"), rung("challenge", "5s"), rung("deny", "9s")),
                "after",
                tree("denials", DENIALS, "per", "3s"),
                "decay",
                "4s",
                "extend",
                extend);
        LedgerHarness plain = LedgerHarness.with(PenaltyRules.ruleset(1, penalties(rule)));
        LedgerHarness cleaned = LedgerHarness.with(PenaltyRules.ruleset(1, penalties(rule)));
        Map<String, Model> models = new HashMap<>();
        int penalised = 0;
        int lifted = 0;
        long nowMillis = 0;

        for (int i = 0; i < 4_000; i++) {
            nowMillis += random.nextInt(6) == 0 ? random.nextInt(4_000) : random.nextInt(200);
            String clientId = (random.nextInt(3) == 0 ? "beta/" : "acme/") + random.nextInt(4);
            Model model = models.computeIfAbsent(clientId, absent -> new Model(extend));

            // When
            Outcome outcome = ask(plain, nowMillis, clientId);
            Outcome other = ask(cleaned, nowMillis, clientId);
            if (random.nextInt(10) == 0) {
                cleaned.store.penalties().values().removeIf(cleaned.ledger::isExpired);
                cleaned.cleanUp(random::nextBoolean);
            }
            if (random.nextInt(50) == 0) {
                cleaned = cleaned.restored();
            }

            // Then
            assertThat(other).as("seed %d, record %d", seed, i).isEqualTo(outcome);
            assertThat(outcome.reason() == Reason.PENALTY)
                    .as("seed %d, record %d", seed, i)
                    .isEqualTo(model.isPenalised(nowMillis));
            if (outcome.reason() == Reason.PENALTY) {
                penalised++;
                assertThat(outcome.penalty().untilMillis()).isEqualTo(model.untilMillis);
                assertThat(outcome.penalty().rung()).isEqualTo(model.strikes);
                model.refusedByPenalty(nowMillis);
                if (random.nextInt(8) == 0 && isLifted(seed, nowMillis, outcome.penalty(), plain, cleaned)) {
                    lifted++;
                    model.challengePassed(nowMillis);
                }
            } else if (!outcome.allowed()) {
                model.refusedByLimit(nowMillis);
            }
        }
        assertThat(penalised).as("seed %d", seed).isGreaterThan(100);
        assertThat(lifted).as("seed %d", seed).isGreaterThan(3);
        assertThat(models).as("seed %d", seed).hasSize(8);
    }

    /** Passes the challenge of a penalty twice; only one that asks for a challenge is lifted, and once. */
    private static boolean isLifted(long seed, long nowMillis, PenaltyMatch match, LedgerHarness... harnesses) {
        ProfileCommand command = new ProfileCommand(
                match.clientId().split("/", -1)[0],
                "c",
                0,
                new Author("login", "captcha"),
                new ProfileAction.Lift(match.ruleId(), match.clientId(), match.begunAtOffset()));
        boolean challenged = match.action() == PenaltyAction.CHALLENGE;
        for (LedgerHarness harness : harnesses) {
            assertThat(harness.change(nowMillis, command) instanceof ProfileResult.Accepted)
                    .as("seed %d at %d", seed, nowMillis)
                    .isEqualTo(challenged);
            assertThat(harness.change(nowMillis, command))
                    .as("seed %d at %d", seed, nowMillis)
                    .isInstanceOf(ProfileResult.Refused.class);
        }
        return challenged;
    }

    private static Outcome ask(LedgerHarness harness, long nowMillis, String clientId) {
        PenaltyChange change = harness.ledger.endedPenalties(clientId.split("/", -1)[0], harness.goTo(nowMillis));
        if (change != null) {
            harness.ledger.apply(change);
            assertThat(change.events()).noneMatch(PenaltyEvent::isStart);
        }
        return harness.admit(nowMillis, admission(clientId, 1));
    }
}
