package io.sluice.client.fastpath;

import static io.sluice.client.fastpath.ScriptedFrontEnd.CLIENT;
import static io.sluice.client.fastpath.ScriptedFrontEnd.CONFIG;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.Answer;
import io.sluice.client.fastpath.ScriptedFrontEnd.Asked;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a defect behind the fast path does to one request, and not to those after it. */
final class FailingLedgerTest {
    private final ManualTimers timers = new ManualTimers();
    private final ScriptedLedger ledger = new ScriptedLedger(timers);
    private final ScriptedFrontEnd front = new ScriptedFrontEnd(ledger, CONFIG, timers);

    private double tracked() {
        return front.registry.get("sluice.client.keys.tracked").gauge().value();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldAskAgain_whenAskingFails(boolean atOnce) {
        // Given
        ledger.failsAtOnce = atOnce;
        ledger.failures = 1;
        Asked failed = front.ask(CLIENT, 1);

        // When
        Asked next = front.ask(CLIENT, 1);
        timers.pass(1_100);
        Asked later = front.ask(CLIENT, 1);
        timers.pass(5);
        Asked lent = front.ask(CLIENT, 1);

        // Then: it alone has no answer, and nobody waits for it
        assertThat(failed.answer()).isCompletedExceptionally();
        assertThat(next.isAllowed()).isTrue();
        assertThat(later.isAllowed()).isTrue();
        assertThat(lent.isLocal()).isTrue();
        timers.pass(3_000);
        assertThat(tracked()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldRenewAgain_whenARequestForALeaseFails(boolean atOnce) {
        // Given
        front.activate(CLIENT);
        ledger.failsAtOnce = atOnce;
        ledger.failures = 1;

        // When
        front.askEvery(5, 4_000, CLIENT);
        timers.pass(10);

        // Then: those of one second ask by themselves
        assertThat(ledger.failures).isZero();
        assertThat(front.asked).allMatch(Asked::isAllowed);
        assertThat(front.ask(CLIENT, 1).isLocal()).isTrue();
    }

    @Test
    void shouldAskAllTheSame_whenTheReportBeforeItFails() {
        // Given: 1 of 5 tokens is lent, which is too little for the next one
        ledger.perSecond = 0.1;
        ledger.tokens(6);
        front.ask(CLIENT, 1);
        timers.pass(5);
        ledger.reportsFail = true;

        // When
        Asked dear = front.ask(CLIENT, 4);
        timers.pass(5);

        // Then
        assertThat(dear.isAllowed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldAnswerTheOthersWhoWaited_whenOneOfThemFails(boolean atOnce) {
        // Given
        ledger.leasable = false;
        for (int i = 0; i < 4; i++) {
            front.ask(CLIENT, 1);
        }

        // When: the verdict on the first brings nothing, so that the others ask by themselves
        ledger.failsAtOnce = atOnce;
        ledger.failures = 1;
        timers.pass(10);

        // Then
        List<Asked> asked = front.asked;
        assertThat(asked.get(0).isAllowed()).isTrue();
        assertThat(asked.get(1).answer().join()).isInstanceOf(Answer.Unavailable.class);
        assertThat(asked.subList(2, 4)).allMatch(Asked::isAllowed);
    }
}
