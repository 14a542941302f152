package io.sluice.client.fastpath;

import static io.sluice.client.fastpath.ScriptedFrontEnd.CLIENT;
import static io.sluice.client.fastpath.ScriptedFrontEnd.CONFIG;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.fastpath.ScriptedFrontEnd.Asked;
import org.junit.jupiter.api.Test;

/** Leases and denials that are void before their time, in front of a ledger of one bucket, on a clock of its own. */
final class RevokedLeasesTest {
    private final ManualTimers timers = new ManualTimers();
    private final ScriptedLedger ledger = new ScriptedLedger(timers);
    private final ScriptedFrontEnd front = new ScriptedFrontEnd(ledger, CONFIG, timers);

    @Test
    void shouldStopAtOnce_whenRevoked() {
        // Given
        front.activate(CLIENT);

        // When
        ledger.revoke(null);
        timers.pass(1);
        int leases = ledger.leaseRequests.size();
        Asked after = front.ask(CLIENT, 1);

        // Then
        assertThat(after.answer()).isNotDone();
        assertThat(ledger.leaseRequests.size()).isGreaterThanOrEqualTo(leases);
        timers.pass(5);
        assertThat(after.isAllowed()).isTrue();
        front.fast.close();
        timers.pass(10);
        assertThat(ledger.spentTokens()).isEqualTo(front.localAllowedTokens());
    }

    @Test
    void shouldNotSpend_whenTheGrantWasRevokedOnItsWay() {
        // Given: a lease that is asked for
        front.activate(CLIENT);
        timers.stall(2_000);
        ledger.oneWayMillis = 20;
        Asked waiting = front.ask(CLIENT, 1);
        timers.pass(21);

        // When: rules change after the grant, and that is heard before it
        ledger.oneWayMillis = 1;
        ledger.revoke(null);
        timers.pass(18);
        assertThat(waiting.answer()).isNotDone();
        timers.pass(5);

        // Then: the ledger was asked again
        assertThat(waiting.isAllowed()).isTrue();
        assertThat(waiting.isLocal()).isFalse();
    }

    @Test
    void shouldConcernOneAccountOnly_whenThatWasChanged() {
        // Given
        front.activate(CLIENT);

        // When
        ledger.revoke("other");
        timers.pass(2);
        Asked untouched = front.ask(CLIENT, 1);
        ledger.revoke("acme");
        timers.pass(1);
        Asked concerned = front.ask(CLIENT, 1);

        // Then
        assertThat(untouched.isLocal()).isTrue();
        assertThat(concerned.answer()).isNotDone();
    }

    @Test
    void shouldReportTheLease_whenTheEndComesBeforeTheReport() {
        // Given a thread that has no time any more for what a revocation brings
        front.activate(CLIENT);
        timers.threadIsGone = true;
        ledger.revoke(null);
        timers.pass(1);

        // When
        front.fast.close();
        timers.pass(10);

        // Then
        assertThat(ledger.spentTokens()).isEqualTo(front.localAllowedTokens());
        assertThat(ledger.openTokens()).isZero();
    }

    @Test
    void shouldGiveUpEverything_whenRevocationsMayHaveBeenMissed() {
        // Given
        front.activate(CLIENT);

        // When
        ledger.interrupt();
        Asked after = front.ask(CLIENT, 1);

        // Then
        assertThat(after.answer()).isNotDone();
    }
}
