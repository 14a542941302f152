package io.sluice.client.fastpath;

import static io.sluice.client.fastpath.ScriptedFrontEnd.CLIENT;
import static io.sluice.client.fastpath.ScriptedFrontEnd.CONFIG;
import static io.sluice.client.fastpath.ScriptedFrontEnd.admission;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.fastpath.ScriptedFrontEnd.Asked;
import io.sluice.schemas.request.LeaseTerms;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the verdict on one request brings for the next ones: in front of a ledger of one bucket, on its own clock. */
final class LentBesideTest {
    private static final FastPath TEN_SECONDS = new FastPath(true, 10_000, 100, 10, 100_000);

    private final ManualTimers timers = new ManualTimers();
    private final ScriptedLedger ledger = new ScriptedLedger(timers);
    private final ScriptedFrontEnd front = new ScriptedFrontEnd(ledger, CONFIG, timers);

    private int records() {
        return ledger.asked.size() + ledger.leaseRequests.size();
    }

    private double tracked() {
        return front.registry.get("sluice.client.keys.tracked").gauge().value();
    }

    @Test
    void shouldAnswerTheSecondRequest_whenTheFirstBroughtALease() {
        // When
        Asked first = front.ask(CLIENT, 1);
        timers.pass(5);
        Asked second = front.ask(CLIENT, 1);

        // Then: the first is the ledger's own, and says nothing of the lease
        AdmissionVerdict.Recorded recorded =
                (AdmissionVerdict.Recorded) first.answer().join().orNull();
        assertThat(recorded.verdict().lease()).isNull();
        assertThat(ledger.asked.get(0).lease()).isEqualTo(new LeaseTerms(100_000, 1_000));
        assertThat(second.isLocal()).isTrue();
        assertThat(second.details().limits().get(0).remaining())
                .isEqualTo(first.details().limits().get(0).remaining() - 1);
        assertThat(records()).isEqualTo(1);
    }

    @Test
    void shouldTakeALeaseWithTheFirstRequest_whenTheClockGoesOnMeanwhile() {
        // Given
        timers.nanosBetweenLooks = 700;

        // When
        front.ask(CLIENT, 1);
        timers.pass(5);
        Asked second = front.ask(CLIENT, 1);

        // Then
        assertThat(second.isLocal()).isTrue();
        assertThat(records()).isEqualTo(1);
    }

    @Test
    void shouldAnswerTheNextOut_whenTheVerdictComesAfterTheDeadline() {
        // Given a wire that takes longer than the caller waits
        ledger.oneWayMillis = 20;

        // When
        Asked first = front.ask(admission(CLIENT, 1), /* deadlineMillis= */ 5);
        timers.pass(100);
        Asked second = front.ask(admission(CLIENT, 1), /* deadlineMillis= */ 5);
        timers.pass(20_000);

        // Then the caller has waited in vain, and what the log has debited for it is not lost
        assertThat(first.answer().join().orNull()).isNull();
        assertThat(second.isLocal()).isTrue();
        assertThat(second.isAllowed()).isTrue();
        assertThat(ledger.spentTokens()).isEqualTo(1);
        assertThat(ledger.openTokens()).isZero();
        assertThat(records()).isEqualTo(1);
    }

    @Test
    void shouldRenewTheLease_whenItCameAfterTheDeadline() {
        // Given: 156 tokens, which last for three quarters of a second
        ledger.oneWayMillis = 15;
        ledger.perSecond = 100;
        ledger.tokens(1_000);

        // When
        for (int i = 0; i < 400; i++) {
            front.ask(admission(CLIENT, 1), /* deadlineMillis= */ 20);
            timers.pass(5);
        }
        timers.pass(100);

        // Then: only those from before it came have waited in vain
        assertThat(front.asked.subList(6, 400)).allMatch(Asked::isLocal).allMatch(Asked::isAllowed);
    }

    @Test
    void shouldRepeatADenial_whenItCameAfterTheDeadline() {
        // Given
        ledger.oneWayMillis = 15;
        ledger.perSecond = 1;
        ledger.tokens(0);
        Asked first = front.ask(admission(CLIENT, 1), /* deadlineMillis= */ 20);
        timers.pass(50);

        // When
        Asked next = front.ask(admission(CLIENT, 1), /* deadlineMillis= */ 20);

        // Then
        assertThat(first.answer().join().orNull()).isNull();
        assertThat(next.isLocal()).isTrue();
        assertThat(next.isDenied()).isTrue();
    }

    @Test
    void shouldGiveTheLeaseBack_whenItWasDecidedALeaseTimeAfterItsRequest() {
        // Given: a partition that is taken over
        ledger.backlogMillis = 13_000;

        // When
        front.ask(admission(CLIENT, 1), /* deadlineMillis= */ 20);
        timers.pass(13_200);

        // Then: it is of no use any more, and not lost
        assertThat(ledger.grantedTokens).isPositive();
        assertThat(ledger.openTokens()).isZero();
        assertThat(ledger.spentTokens()).isZero();
        assertThat(ledger.reports).hasSize(1);
    }

    @Test
    void shouldGiveTheLeaseBack_whenItComesAfterTheEnd() {
        // Given
        ledger.oneWayMillis = 20;
        front.ask(admission(CLIENT, 1), /* deadlineMillis= */ 5);
        timers.pass(10);

        // When: what is behind it may be closed next
        front.fast.close();

        // Then
        assertThat(ledger.reports).hasSize(1);
        timers.pass(100);
        assertThat(ledger.spentTokens()).isZero();
        assertThat(ledger.openTokens()).isZero();
    }

    @Test
    void shouldTakeNoLease_whenTheEndComesWhileARequestBegins() {
        // Given
        timers.atNextLook = front.fast::close;

        // When
        Asked late = front.ask(CLIENT, 1);
        timers.pass(5);

        // Then: nobody would give it back
        assertThat(late.isAllowed()).isTrue();
        assertThat(ledger.grantedTokens).isZero();
    }

    @Test
    void shouldRenewAhead_whenTheLeaseBeforeIsUsedUp() {
        // Given
        ScriptedFrontEnd longer = new ScriptedFrontEnd(ledger, TEN_SECONDS, timers);
        ledger.perSecond = 100;
        ledger.tokens(200);
        longer.ask(CLIENT, 1);
        timers.pass(5);

        // When three leases and more are used up, faster than they are looked at
        for (int i = 0; i < 120; i++) {
            assertThat(longer.ask(CLIENT, 1).isLocal()).as("request " + i).isTrue();
            timers.pass(5);
        }

        // Then
        assertThat(ledger.leaseRequests).hasSizeGreaterThanOrEqualTo(3);
        assertThat(ledger.asked).hasSize(1);
    }

    @Test
    void shouldWaitForTheVerdict_whenARequestOfTheKeyIsUnderWay() {
        // When
        for (int i = 0; i < 5; i++) {
            front.ask(CLIENT, 1);
        }
        timers.pass(5);

        // Then
        assertThat(front.asked).allMatch(Asked::isAllowed);
        assertThat(front.localAllowed()).isEqualTo(4);
        assertThat(records()).isEqualTo(1);
    }

    @Test
    void shouldShareARequest_whenTheVerdictBringsTooLittle() {
        // Given: 6 tokens, of which one is lent beside the first one's verdict
        ledger.perSecond = 0.1;
        ledger.tokens(6);

        // When
        for (int i = 0; i < 9; i++) {
            front.ask(CLIENT, 1);
        }
        timers.pass(10);

        // Then: all that there is, and one record for all the others
        assertThat(front.asked.stream().filter(Asked::isAllowed)).hasSize(6);
        assertThat(front.asked.stream().filter(Asked::isDenied)).hasSize(3);
        assertThat(records()).isEqualTo(2);
    }

    @Test
    void shouldDenyAtOnce_whenAVerdictTookTheLastToken() {
        // Given
        ledger.perSecond = 10;
        ledger.tokens(1);
        front.ask(CLIENT, 1);
        timers.pass(5);

        // When
        Asked next = front.ask(CLIENT, 1);
        timers.pass(100);
        Asked later = front.ask(CLIENT, 1);
        timers.pass(5);

        // Then
        assertThat(next.isDenied()).isTrue();
        assertThat(next.isLocal()).isTrue();
        assertThat(next.details().retryAfterMillis()).isBetween(90L, 101L);
        assertThat(later.isAllowed()).isTrue();
        assertThat(ledger.denied).isZero();
    }

    @Test
    void shouldRepeatADenial_whenTheClientIsNew() {
        // Given
        ledger.perSecond = 1;
        ledger.tokens(0);
        front.ask(CLIENT, 1);
        timers.pass(5);

        // When
        Asked again = front.ask(CLIENT, 1);

        // Then
        assertThat(again.isDenied()).isTrue();
        assertThat(again.isLocal()).isTrue();
        timers.pass(5_000);
        assertThat(ledger.reportedDenied()).isEqualTo(1);
    }

    @Test
    void shouldGiveBackFirst_whenALeaseIsTooSmall() {
        // Given: 1 of 5 tokens is lent
        ledger.perSecond = 0.1;
        ledger.tokens(6);
        front.ask(CLIENT, 1);
        timers.pass(5);

        // When: all five that are left are asked for
        Asked dear = front.ask(CLIENT, 5);
        timers.pass(5);

        // Then
        assertThat(dear.isAllowed()).isTrue();
    }

    @Test
    void shouldForgetKeys_whenNothingIsLeftOfThem() {
        // When: each of many clients asks once
        for (int client = 0; client < 5_000; client++) {
            front.ask("acme/" + client, 1);
            timers.pass(20);
        }

        // Then: only those with a lease are known, and all were asked for one
        assertThat(tracked()).isBetween(30.0, 60.0);
        assertThat(front.registry
                        .get("sluice.client.keys.untracked")
                        .functionCounter()
                        .count())
                .isZero();
        timers.pass(2_000);
        assertThat(tracked()).isZero();
        assertThat(ledger.openTokens()).isZero();
    }

    @Test
    void shouldReportTogether_whenLeasesOfManyClientsEnd() {
        // Given
        for (int client = 0; client < 20; client++) {
            front.ask("acme/" + client, 1);
        }
        timers.pass(5);

        // When
        timers.pass(1_500);

        // Then
        assertThat(ledger.reports).hasSize(20);
        assertThat(ledger.reportRecords).isLessThanOrEqualTo(3);
    }

    @Test
    void shouldRenewTogether_whenLeasesOfManySlowClientsRunOut() {
        // Given
        ScriptedFrontEnd slow = new ScriptedFrontEnd(ledger, TEN_SECONDS, timers);
        for (int client = 0; client < 20; client++) {
            slow.ask("acme/" + client, 1);
            timers.pass(10);
        }

        // When: three quarters of their time is over
        timers.pass(6_700);
        for (int client = 0; client < 20; client++) {
            slow.ask("acme/" + client, 1);
            timers.pass(10);
        }
        timers.pass(1_000);

        // Then
        assertThat(ledger.leaseRequests).hasSize(20);
        assertThat(Set.copyOf(ledger.leaseRequestedNanos)).hasSizeLessThanOrEqualTo(2);
        assertThat(slow.localAllowed()).isEqualTo(20);
    }

    @Test
    void shouldRenewAtOnce_whenALeaseIsUsedFast() {
        // Given
        ledger.perSecond = 10;
        ScriptedFrontEnd fast = new ScriptedFrontEnd(ledger, TEN_SECONDS, timers);
        fast.ask(CLIENT, 1);
        timers.pass(5);
        long beginNanos = timers.nanoTime();

        // When: more than half of what was lent, in a tenth of a second
        for (int i = 0; i < 100; i++) {
            fast.ask(CLIENT, 1);
            timers.pass(1);
        }

        // Then: before reports have gathered
        assertThat(ledger.leaseRequestedNanos).hasSize(1);
        assertThat(ledger.leaseRequestedNanos.get(0) - beginNanos).isLessThan(100_000_000L);
    }

    @Test
    void shouldHaveTheNextVerdictBringALease_whenOnlyVerdictsDo() {
        // Given: 156 tokens are lent beside a verdict, and none otherwise
        ledger.onlyVerdictsLend = true;
        ledger.perSecond = 10;
        front.ask(CLIENT, 1);
        timers.pass(5);

        // When
        for (int i = 0; i < 800; i++) {
            front.ask(CLIENT, 1);
            timers.pass(1);
        }
        timers.pass(5);

        // Then: few requests have to wait, and a lease is asked for in vain once
        assertThat(front.asked).allMatch(Asked::isAllowed);
        assertThat(front.localAllowed()).isGreaterThan(780);
        assertThat(ledger.asked).hasSizeBetween(5, 10);
        assertThat(ledger.leaseRequests).hasSize(1);
        timers.pass(2_000);
        assertThat(ledger.openTokens()).isZero();
        assertThat(ledger.spentTokens()).isEqualTo(front.localAllowedTokens());
    }

    @Test
    void shouldServeAllWhoWait_whenOnlyVerdictsLendAndLendTooLittle() {
        // Given: one of five tokens is lent
        ledger.onlyVerdictsLend = true;
        ledger.perSecond = 0.1;
        ledger.tokens(6);

        // When
        for (int i = 0; i < 9; i++) {
            front.ask(CLIENT, 1);
        }
        timers.pass(20);

        // Then: the others ask one by one
        assertThat(front.asked.stream().filter(Asked::isAllowed)).hasSize(6);
        assertThat(front.asked.stream().filter(Asked::isDenied)).hasSize(3);
    }

    @Test
    void shouldRenewBehindTheCaller_whenALeaseIsMostlyUsed() {
        // Given: 156 tokens are lent
        ledger.perSecond = 10;
        front.ask(CLIENT, 1);
        timers.pass(5);

        // When
        for (int i = 0; i < 200; i++) {
            front.ask(CLIENT, 1);
            timers.pass(2);
        }

        // Then: nobody waited
        assertThat(front.localAllowed()).isEqualTo(200);
        assertThat(ledger.asked).hasSize(1);
        assertThat(ledger.leaseRequests).hasSizeBetween(1, 2);
    }

    @Test
    void shouldLetOthersAsk_whenAReplyIsLost() {
        // Given: a caller that is ready to wait for long
        ledger.down = true;
        Asked lost = front.ask(ScriptedFrontEnd.admission(CLIENT, 1), 30_000);
        ledger.down = false;

        // When
        Asked waiting = front.ask(CLIENT, 1);
        timers.pass(1_990);
        boolean waited = !waiting.answer().isDone();
        timers.pass(20);
        Asked meanwhile = front.ask(CLIENT, 1);
        timers.pass(1_100);
        front.ask(CLIENT, 1);
        timers.pass(5);
        Asked lent = front.ask(CLIENT, 1);

        // Then
        assertThat(waited).isTrue();
        assertThat(waiting.isAllowed()).isTrue();
        assertThat(meanwhile.isAllowed()).isTrue();
        assertThat(lent.isLocal()).isTrue();
        assertThat(lost.answer()).isNotDone();
    }

    @Test
    void shouldUseItsLease_whenAnAnswerIsOverdue() {
        // Given
        ScriptedFrontEnd patient = new ScriptedFrontEnd(ledger, TEN_SECONDS, timers);
        ledger.oneWayMillis = 2_500;
        Asked slow = patient.ask(ScriptedFrontEnd.admission(CLIENT, 1), 30_000);
        timers.pass(2_490);
        ledger.oneWayMillis = 1;

        // When
        timers.pass(20);
        Asked next = patient.ask(CLIENT, 1);

        // Then
        assertThat(slow.isAllowed()).isTrue();
        assertThat(slow.isLocal()).isFalse();
        assertThat(next.isLocal()).isTrue();
    }

    @Test
    void shouldWaitForTheNextAnswer_whenAnOverdueOneBringsTooLittle() {
        // Given: one asked 4 s ago, and lent nothing; the next one has asked, and a third waits
        ScriptedFrontEnd patient = new ScriptedFrontEnd(ledger, TEN_SECONDS, timers);
        ledger.perSecond = 0.001;
        ledger.tokens(3);
        ledger.oneWayMillis = 4_000;
        Asked slow = patient.ask(ScriptedFrontEnd.admission(CLIENT, 1), 30_000);
        timers.pass(3_900);
        Asked second = patient.ask(CLIENT, 1);
        ledger.oneWayMillis = 1;
        Asked third = patient.ask(CLIENT, 1);

        // When
        timers.pass(200);
        int askedByOverdue = ledger.leaseRequests.size();
        timers.pass(4_000);

        // Then: the third is not asked for twice; it goes alone when the second is overdue, too
        assertThat(slow.isAllowed()).isTrue();
        assertThat(askedByOverdue).isZero();
        assertThat(second.isAllowed()).isTrue();
        assertThat(third.isAllowed()).isTrue();
    }

    @Test
    void shouldGiveItsLeaseBack_whenAnOverdueAnswerFindsTheKeyForgotten() {
        // Given
        ScriptedFrontEnd patient = new ScriptedFrontEnd(ledger, TEN_SECONDS, timers);
        ledger.oneWayMillis = 4_000;
        patient.ask(ScriptedFrontEnd.admission(CLIENT, 1), 30_000);
        timers.pass(3_900);
        ledger.oneWayMillis = 1;
        assertThat(patient.registry.get("sluice.client.keys.tracked").gauge().value())
                .isZero();

        // When
        timers.pass(500);

        // Then
        assertThat(ledger.grantedTokens).isPositive();
        assertThat(ledger.openTokens()).isZero();
        assertThat(patient.registry.get("sluice.client.leases.open").gauge().value())
                .isZero();
    }
}
