package io.sluice.client.fastpath;

import static io.sluice.client.fastpath.ScriptedFrontEnd.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.fastpath.ScriptedFrontEnd.Asked;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.request.LeaseTerms;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clients that want more than their rate: their tokens are lent before they come, and spent when they have. */
final class ComingTokensTest {
    private static final FastPath CONFIG = new FastPath(true, 4_000, 100, 10, 100_000);
    private static final double PER_SECOND = 20;

    private final ManualTimers timers = new ManualTimers();
    private final ScriptedLedger ledger = new ScriptedLedger(timers);
    private final ScriptedFrontEnd front = new ScriptedFrontEnd(ledger, CONFIG, timers);

    private void saturate() {
        ledger.perSecond = PER_SECOND;
        ledger.tokens(0);
        front.askEvery(5, 300, CLIENT);
    }

    private double asked(String reason) {
        return front.registry
                .get("sluice.client.asked")
                .tag("reason", reason)
                .functionCounter()
                .count();
    }

    @Test
    void shouldAskOnceForManyTokens_whenMoreIsWantedThanComes() {
        // Given
        saturate();
        int before = ledger.asked.size();
        long allowedBefore = front.allowedTokens();

        // When
        front.askEvery(5, 10_000, CLIENT);

        // Then: 200 tokens come in that time, and a lease has 19 of them
        assertThat(ledger.comingLeases).isGreaterThan(8);
        assertThat(ledger.asked.size() - before).isLessThan(30);
        assertThat(ledger.asked.get(ledger.asked.size() - 1).lease()).isEqualTo(new LeaseTerms(100_000, 4_000, 1_000));
        assertThat(front.allowedTokens() - allowedBefore).isBetween(190L, 201L);
        assertThat(asked("denial-over") + asked("used-up")).isEqualTo(ledger.asked.size() - asked("nothing-known"));
    }

    @Test
    void shouldAdmitNothingEarly_whenTokensAreStillToCome() {
        // Given
        saturate();
        long startNanos = timers.nanoTime();
        long spare = ledger.openTokens() + 1;
        long allowedBefore = front.allowedTokens();

        for (int step = 0; step < 2_000; step++) {
            // When
            front.ask(CLIENT, 1);
            timers.pass(3);

            // Then
            double come = PER_SECOND * (timers.nanoTime() - startNanos) / 1e9;
            assertThat(front.allowedTokens() - allowedBefore).isLessThanOrEqualTo(spare + (long) come);
        }
    }

    @Test
    void shouldSayWhenTheNextTokenIsThere_whenItIsStillToCome() {
        // Given
        saturate();
        timers.pass(3);
        front.askEvery(1, 60, CLIENT);
        int leases = ledger.comingLeases;

        // When: everybody comes back when told
        List<Asked> answers = front.asked;
        int denials = 0;
        for (int i = 0; i < 15; i++) {
            Asked denied = front.ask(CLIENT, 1);
            timers.pass(3);
            if (denied.isDenied()) {
                // A verdict of the ledger itself has another reason here.
                denials += denied.details().reason().contains("has 0 of 10000 tokens left") ? 1 : 0;
                LimitStatus limit = denied.details().limits().get(0);
                assertThat(limit.remaining()).isZero();
                assertThat(denied.details().retryAfterMillis()).isBetween(1L, 51L);
                timers.pass(
                        denied.details().retryAfterMillis() - 3 < 1
                                ? 1
                                : denied.details().retryAfterMillis() - 3);
                Asked again = front.ask(CLIENT, 1);
                timers.pass(3);
                assertThat(again.isAllowed()).as("request %s", answers.size()).isTrue();
            }
        }

        // Then
        assertThat(leases).isPositive();
        assertThat(denials).isGreaterThan(5);
    }

    @Test
    void shouldAskNothingInAdvance_whenNobodyWasRefused() {
        // Given: one request for each token that comes
        ledger.perSecond = PER_SECOND;
        ledger.tokens(1);

        // When
        front.askEvery(60, 3_000, CLIENT);

        // Then
        assertThat(ledger.comingLeases).isZero();
        assertThat(front.asked).allMatch(Asked::isAllowed);
    }

    @Test
    void shouldGiveBackWhatHasNotCome_whenRulesChange() {
        // Given
        saturate();
        front.askEvery(5, 100, CLIENT);
        assertThat(ledger.openTokens()).isPositive();

        // When
        ledger.revoke(null);
        timers.pass(1_000);

        // Then: what was spent was told, and the next request is the ledger's
        assertThat(ledger.openTokens()).isZero();
        assertThat(ledger.spentTokens()).isEqualTo(front.localAllowedTokens());
        int records = ledger.asked.size();
        Asked next = front.ask(CLIENT, 1);
        timers.pass(5);
        assertThat(next.isAllowed()).isTrue();
        assertThat(ledger.asked).hasSize(records + 1);
    }

    @Test
    void shouldAskTheLedger_whenTheRequestCanNeverFit() {
        // Given
        saturate();
        front.askEvery(5, 100, CLIENT);
        int records = ledger.asked.size();

        // When: it costs more than the bucket holds, and what has not come goes back
        Asked tooDear = front.ask(CLIENT, ScriptedLedger.CAPACITY + 1);
        timers.pass(5);

        // Then
        assertThat(tooDear.isDenied()).isTrue();
        assertThat(tooDear.isLocal()).isFalse();
        assertThat(ledger.asked).hasSize(records + 1);
        timers.pass(6_000);
        assertThat(ledger.openTokens()).isZero();
        assertThat(ledger.spentTokens()).isEqualTo(front.localAllowedTokens());
        assertThat(ledger.reportedDenied()).isEqualTo(front.localDenied());
    }
}
