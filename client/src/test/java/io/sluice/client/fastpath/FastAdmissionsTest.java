package io.sluice.client.fastpath;

import static io.sluice.client.fastpath.ScriptedFrontEnd.CLIENT;
import static io.sluice.client.fastpath.ScriptedFrontEnd.CONFIG;
import static io.sluice.client.fastpath.ScriptedFrontEnd.admission;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.client.fastpath.ScriptedFrontEnd.Asked;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.Meta;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The fast path in front of a ledger of one bucket, on a clock of its own. */
final class FastAdmissionsTest {
    private static final long SEED = 20_261_122L;

    private final ManualTimers timers = new ManualTimers();
    private final ScriptedLedger ledger = new ScriptedLedger(timers);
    private final ScriptedFrontEnd front = new ScriptedFrontEnd(ledger, CONFIG, timers);

    @Test
    void shouldAskTheLedger_whenNewOrNotForLeases() throws WireException {
        // Given
        front.activate(CLIENT);
        int before = ledger.asked.size();
        AdmissionRequest.Builder builder = AdmissionRequest.of(CLIENT);
        List<AdmissionRequest> requests = new ArrayList<>();
        requests.add(AdmissionRequest.of(CLIENT).exact(true).build());
        requests.add(AdmissionRequest.of(CLIENT).meta(new Meta("{\"order\":7}")).build());
        requests.add(AdmissionRequest.of(CLIENT).cost(0).build());
        requests.add(AdmissionRequest.of(CLIENT).idempotencyKey("k").build());
        requests.add(AdmissionRequest.of(CLIENT).reserveMillis(1_000).build());
        requests.add(AdmissionRequest.of(CLIENT).maxWaitMillis(1_000).build());
        requests.add(AdmissionRequest.of("acme/cold").build());
        requests.add(builder.attribute("colour", "red").build());

        // When
        List<Asked> asked = new ArrayList<>();
        requests.forEach(request -> asked.add(front.ask(request, ScriptedFrontEnd.DEADLINE_MILLIS)));
        timers.pass(10);

        // Then
        assertThat(asked).noneMatch(Asked::isLocal).allMatch(Asked::isAllowed);
        assertThat(ledger.asked.subList(before, ledger.asked.size()))
                .extracting(request -> request.taking(null))
                .containsExactlyElementsOf(requests);
    }

    @Test
    void shouldAnswerAtOnceOutOfALease_whenHot() throws WireException {
        // Given
        front.activate(CLIENT);
        AdmissionRequest named = AdmissionRequest.of(CLIENT).requestId("mine").build();

        // When
        Asked first = front.ask(named, ScriptedFrontEnd.DEADLINE_MILLIS);
        Asked second = front.ask(CLIENT, 3);

        // Then
        AdmissionVerdict.Local local =
                (AdmissionVerdict.Local) first.answer().join().orNull();
        VerdictDetails details = local.details();
        VerdictDetails after = second.details();
        assertThat(local.requestId()).isEqualTo("mine");
        assertThat(local.basis())
                .isInstanceOfSatisfying(
                        AdmissionVerdict.Lease.class,
                        lease -> assertThat(lease.leaseId()).matches("0-\\d+"));
        assertThat(details.allowed()).isTrue();
        assertThat(details.retryAfterMillis()).isZero();
        assertThat(details.decidingLimit()).isEqualTo(details.limits().get(0));
        assertThat(after.limits().get(0).remaining())
                .isEqualTo(details.limits().get(0).remaining() - 3);
    }

    @Test
    void shouldNeverWait_whenTheLoadIsSteady() {
        // Given
        front.activate(CLIENT);
        int before = ledger.asked.size();
        int leases = ledger.leaseRequests.size();
        double waited =
                front.registry.get("sluice.client.coalesced").functionCounter().count();

        // When
        front.askEvery(5, 10_000, CLIENT);

        // Then: some leases a second in place of 200 requests
        assertThat(ledger.asked).hasSize(before);
        assertThat(front.asked).allMatch(Asked::isAllowed);
        assertThat(front.registry
                        .get("sluice.client.coalesced")
                        .functionCounter()
                        .count())
                .isEqualTo(waited);
        assertThat(ledger.leaseRequests.size() - leases).isBetween(10, 25);
    }

    @Test
    void shouldMostlyAnswerByItself_whenAskedOnceASecondByChance() {
        // Given
        SplittableRandom random = new SplittableRandom(SEED);
        ScriptedFrontEnd seldom = new ScriptedFrontEnd(ledger, FastPath.standard(), timers);

        // When
        for (int i = 0; i < 1_000; i++) {
            seldom.ask(CLIENT, 1);
            timers.pass(1 + Math.round(-1_000 * Math.log(1 - random.nextDouble())));
        }
        timers.pass(10_000);

        // Then: no more records than requests would have been by themselves
        assertThat(seldom.localAllowed()).as("seed " + SEED).isGreaterThan(650);
        assertThat(ledger.asked.size() + 2 * ledger.leaseRequests.size())
                .as("seed " + SEED)
                .isLessThan(1_500);
        assertThat(ledger.spentTokens()).isEqualTo(seldom.localAllowedTokens());
    }

    @Test
    void shouldGiveBackWhatIsLeft_whenIdle() {
        // Given
        front.activate(CLIENT);

        // When
        timers.pass(4_500);

        // Then
        assertThat(ledger.openTokens()).isZero();
        assertThat(ledger.spentTokens()).isEqualTo(front.localAllowedTokens());
        assertThat(ledger.reportedAllowed()).isEqualTo(front.localAllowed());
        assertThat(front.registry.get("sluice.client.leases.open").gauge().value())
                .isZero();
        assertThat(front.registry.get("sluice.client.keys.tracked").gauge().value())
                .isZero();
    }

    @Test
    void shouldGiveBackWhatIsLeft_whenClosed() {
        // Given
        front.activate(CLIENT);

        // When
        front.fast.close();
        timers.pass(10);

        // Then
        assertThat(ledger.openTokens()).isZero();
        assertThat(ledger.spentTokens()).isEqualTo(front.localAllowedTokens());
        assertThat(front.ask(CLIENT, 1).isLocal()).isFalse();
    }

    @Test
    void shouldNotSpend_whenTheProcessWasStoppedForTooLong() {
        // Given
        front.activate(CLIENT);

        // When
        timers.stall(1_000);
        Asked late = front.ask(CLIENT, 1);

        // Then: its tokens are spent for the ledger, and for nobody else
        assertThat(late.answer()).isNotDone();
        timers.pass(10);
        assertThat(late.isAllowed()).isTrue();
    }

    @Test
    void shouldServeWaitersInOrder_whenALeaseIsOnItsWay() {
        // Given: tokens for three of the five that wait
        front.activate(CLIENT);
        ledger.tokens(7);
        timers.stall(1_000);
        ledger.perSecond = 1;
        timers.pass(30);
        ledger.tokens(7);
        front.asked.clear();

        // When
        long[] costs = {3, 2, 2, 1, 4};
        for (long cost : costs) {
            front.ask(CLIENT, cost);
        }
        timers.pass(50);

        // Then
        assertThat(front.asked).extracting(Asked::isAllowed).containsExactly(true, true, true, false, false);
        assertThat(front.asked).allMatch(asked -> asked.isAllowed() || asked.isDenied());
    }

    @Test
    void shouldGoOnUntilItsEnd_whenTheLedgerIsDown() {
        // Given
        front.activate(CLIENT);
        ledger.down = true;

        // When
        Asked soon = front.ask(CLIENT, 1);
        timers.stall(1_000);
        Asked later = front.ask(admission(CLIENT, 1), 300);
        timers.pass(301);

        // Then
        assertThat(soon.isLocal()).isTrue();
        assertThat(later.answer()).isDone();
        assertThat(later.answer().join()).isInstanceOf(Answer.Unavailable.class);
        // and once it is back
        ledger.down = false;
        timers.pass(1_200);
        front.asked.clear();
        front.askEvery(5, 1_000, CLIENT);
        timers.pass(10);
        assertThat(front.asked).allMatch(Asked::isAllowed);
        assertThat(front.ask(CLIENT, 1).isLocal()).isTrue();
    }

    @Test
    void shouldAskOneByOne_whenNothingIsLent() {
        // Given
        ledger.leasable = false;

        // When
        front.askEvery(5, 3_000, CLIENT);
        timers.pass(10);

        // Then
        assertThat(front.asked).allMatch(Asked::isAllowed).noneMatch(Asked::isLocal);
        assertThat(ledger.leaseRequests).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void shouldHoldToItsBounds_whenTooManyKeysOrWaiters() {
        // Given
        for (int i = 0; i < 150; i++) {
            front.ask("client-" + i, 1);
        }
        assertThat(front.registry.get("sluice.client.keys.tracked").gauge().value())
                .isEqualTo(100);
        assertThat(front.registry
                        .get("sluice.client.keys.untracked")
                        .functionCounter()
                        .count())
                .isEqualTo(50);
        timers.pass(1_500);
        front.activate(CLIENT);
        timers.stall(2_000);
        front.asked.clear();
        int before = ledger.asked.size();

        // When
        for (int i = 0; i < 30; i++) {
            front.ask(CLIENT, 1);
        }

        // Then: those beyond the bound ask by themselves
        assertThat(ledger.asked.size() - before).isBetween(18, 20);
        timers.pass(10);
        assertThat(front.asked).allMatch(Asked::isAllowed);
    }

    @Test
    void shouldPassOn_whenOff() {
        // Given
        ScriptedFrontEnd off = new ScriptedFrontEnd(ledger, FastPath.off(), timers);

        // When
        off.askEvery(2, 500, CLIENT);
        timers.pass(10);

        // Then
        assertThat(off.asked).noneMatch(Asked::isLocal);
        assertThat(ledger.leaseRequests).isEmpty();
    }
}
