package io.sluice.client.fastpath;

import static io.sluice.client.fastpath.ScriptedFrontEnd.CLIENT;
import static io.sluice.client.fastpath.ScriptedFrontEnd.CONFIG;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.fastpath.ScriptedFrontEnd.Asked;
import io.sluice.schemas.reply.VerdictDetails;
import org.junit.jupiter.api.Test;

/** Denials that a front end repeats by itself, in front of a ledger of one bucket, on a clock of its own. */
final class RepeatedDenialsTest {
    private final ManualTimers timers = new ManualTimers();
    private final ScriptedLedger ledger = new ScriptedLedger(timers);
    private final ScriptedFrontEnd front = new ScriptedFrontEnd(ledger, CONFIG, timers);
    private long reportedBefore;

    /** Asks until what is there is used up, and the ledger has said so. */
    private void exhaust() {
        timers.pass(30);
        ledger.tokens(0);
        Asked asked = front.ask(CLIENT, 1);
        while (!(asked.isDenied() && asked.isLocal())) {
            timers.pass(4);
            ledger.tokens(0);
            asked = front.ask(CLIENT, 1);
        }
        reportedBefore = front.localDenied();
    }

    @Test
    void shouldRepeatADenial_whenItStillHolds() {
        // Given
        front.activate(CLIENT);
        ledger.perSecond = 10;
        exhaust();

        // When
        int before = ledger.asked.size();
        front.asked.clear();
        for (int i = 0; i < 50; i++) {
            front.ask(CLIENT, 1);
        }

        // Then
        assertThat(front.asked).allMatch(Asked::isDenied).allMatch(Asked::isLocal);
        assertThat(ledger.asked).hasSize(before);
        VerdictDetails details = front.asked.get(0).details();
        assertThat(details.retryAfterMillis()).isBetween(1L, 101L);
        assertThat(details.reasonCode()).isEqualTo("limit-exceeded");
        // and the ledger hears of all of them
        timers.pass(4_000);
        assertThat(ledger.reportedDenied()).isEqualTo(50L + reportedBefore);
    }

    @Test
    void shouldTellTheLongerWait_whenWhatIsDeniedCostsMore() {
        // Given: a token each second, and none there
        front.activate(CLIENT);
        ledger.perSecond = 1;
        exhaust();

        // When
        Asked dear = front.ask(CLIENT, 20);

        // Then
        VerdictDetails details = dear.details();
        assertThat(dear.isLocal()).isTrue();
        assertThat(details.allowed()).isFalse();
        assertThat(details.retryAfterMillis()).isBetween(19_000L, 20_001L);
        assertThat(details.reason()).contains("20 asked for");
    }

    @Test
    void shouldAskAgain_whenADenialWasRepeatedForTwoLeaseTimes() {
        // Given: the next token comes in 100 s
        front.activate(CLIENT);
        ledger.perSecond = 0.01;
        exhaust();
        timers.pass(20);
        int asked = ledger.asked.size() + ledger.leaseRequests.size();

        // When
        front.asked.clear();
        front.askEvery(5, 1_500, CLIENT);

        // Then
        assertThat(front.asked).allMatch(Asked::isDenied).allMatch(Asked::isLocal);
        assertThat(ledger.asked.size() + ledger.leaseRequests.size()).isEqualTo(asked);

        // When
        ledger.tokens(0);
        front.askEvery(5, 550, CLIENT);

        // Then
        assertThat(ledger.asked.size() + ledger.leaseRequests.size()).isEqualTo(asked + 1);
    }

    @Test
    void shouldTellTheWaitThatIsLeft_whenADenialIsRepeatedLater() {
        // Given: the next token comes in 100 s
        front.activate(CLIENT);
        ledger.perSecond = 0.01;
        exhaust();
        timers.pass(20);
        VerdictDetails first = details(front.ask(CLIENT, 1));

        // When
        timers.pass(700);
        VerdictDetails later = details(front.ask(CLIENT, 1));

        // Then
        assertThat(later.retryAfterMillis()).isEqualTo(first.retryAfterMillis() - 700);
        assertThat(first.reason()).endsWith("; enough in " + first.retryAfterMillis() + " ms");
        assertThat(later.reason()).isEqualTo("too little; enough in " + later.retryAfterMillis() + " ms");
    }

    private static VerdictDetails details(Asked asked) {
        assertThat(asked.isLocal()).isTrue();
        return asked.details();
    }

    @Test
    void shouldNotDenyWhatCostsLess_whenADenialIsRepeated() {
        // Given: 5 tokens are there, and it is known that 8 are too many
        front.activate(CLIENT);
        ledger.perSecond = 1;
        timers.pass(900);
        ledger.tokens(5);
        Asked dear = front.ask(CLIENT, 8);
        timers.pass(50);
        assertThat(dear.isDenied()).isTrue();

        // When
        Asked cheap = front.ask(CLIENT, 2);
        timers.pass(50);

        // Then
        assertThat(cheap.isAllowed()).isTrue();
    }

    @Test
    void shouldNotRepeatDenials_whenNothingIsLent() {
        // Given: slots in flight come back at any time
        ledger.leasable = false;
        ledger.perSecond = 1;
        ledger.tokens(0);

        // When
        front.askEvery(5, 1_000, CLIENT);
        timers.pass(10);

        // Then
        assertThat(front.asked).allMatch(Asked::isDenied).noneMatch(Asked::isLocal);
    }
}
