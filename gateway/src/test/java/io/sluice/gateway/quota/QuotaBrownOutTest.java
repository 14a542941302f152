package io.sluice.gateway.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A bucket whose requests cost limits four times what it asks for: no lease, and only small admissions. */
final class QuotaBrownOutTest {
    private static final Map<String, String> ALICE = Map.of("user_id", "alice");
    private static final QuotaConfig CONFIG = QuotaConfig.standard();
    private static final long CAPACITY = 100;
    private static final long TIMES = 4;

    private final QuotaStream stream = new QuotaStream(
            CONFIG, QuotaBrownOutTest::request, new BucketRoom(10), new QuotaMeters(), /* nowNanos= */ 0);
    private final List<Long> costs = new ArrayList<>();
    private QuotaEffects effects = new QuotaEffects();
    /** Refused admissions: each counts towards penalties. */
    private int refusals;

    private static AdmissionRequest request(String domain, Map<String, String> bucketId) throws WireException {
        return AdmissionRequest.of(bucketId.get("user_id")).build();
    }

    private static long nanos(long millis) {
        return millis * 1_000_000;
    }

    /** Twenty requests a second, which wants forty tokens of an admission; and no lease. */
    private void demand() {
        stream.reported("edge", List.of(new BucketUsage(ALICE, 0, 100, 5)), 0, effects);
        QuotaEffects.AskLease ask = (QuotaEffects.AskLease) effects.asks().get(0);
        effects = new QuotaEffects();
        VerdictDetails details =
                VerdictDetails.of(VerdictCode.DENY).reasonCode("not-leasable").build();
        stream.leased(ask, new Answer.Answered<>(new LeaseReply("c", "0-1", 0, 0, details)), 0, effects);
    }

    /** Answers for as long as something is asked at once; returns what is left then. */
    private long decide(long left, long millis) {
        boolean isKnown = false;
        while (!effects.asks().isEmpty()) {
            QuotaEffects.Ask ask = effects.asks().get(0);
            effects = new QuotaEffects();
            if (ask instanceof QuotaEffects.AskWhether whether) {
                long cost = whether.admission().request().cost();
                costs.add(cost);
                isKnown = cost * TIMES <= left;
                VerdictDetails details = details(isKnown, cost, left);
                stream.explained(
                        whether,
                        new Answer.Answered<>(new Explanation("c", "alice", details, 1, List.of())),
                        nanos(millis),
                        effects);
            } else {
                QuotaEffects.AskAdmission admission = (QuotaEffects.AskAdmission) ask;
                long cost = admission.request().cost();
                boolean allowed = cost * TIMES <= left;
                if (!isKnown) {
                    costs.add(cost);
                }
                isKnown = false;
                left -= allowed ? cost * TIMES : 0;
                refusals += allowed ? 0 : 1;
                VerdictDetails details = details(allowed, cost, left);
                Verdict verdict = new Verdict("c", "0-" + (costs.size() + 1), null, details, null);
                stream.admitted(
                        admission,
                        new Answer.Answered<>(new AdmissionVerdict.Recorded(verdict)),
                        nanos(millis),
                        effects);
            }
        }
        return left;
    }

    private static VerdictDetails details(boolean allowed, long cost, long left) {
        String exceeded = cost * TIMES > CAPACITY ? "cost-above-capacity" : "limit-exceeded";
        LimitStatus limit = LimitStatus.of("per-client", "")
                .limit(CAPACITY)
                .remaining(left)
                .nextTokenMillis(600)
                .build();
        return VerdictDetails.of(allowed ? VerdictCode.ALLOW : VerdictCode.DENY)
                .reasonCode(allowed ? "within-limits" : exceeded)
                .limits(List.of(limit))
                .build();
    }

    private List<Assignment> taken(long millis) {
        return stream.take(100, nanos(millis), effects);
    }

    @Test
    void shouldAskForHalf_whenAllIsAboveTheCapacity() {
        // Given
        demand();

        // When
        decide(100, 10);

        // Then
        assertThat(costs).containsExactly(40L, 20L);
        assertThat(taken(10)).containsExactly(new Assignment.Spend(ALICE, 20, 3));
    }

    @Test
    void shouldAskForLess_whenAsMuchAsItWantsIsLeftAndYetRefused() {
        // Given
        demand();

        // When
        decide(45, 10);

        // Then only the first one was tried without asking before
        assertThat(costs).containsExactly(40L, 20L, 10L);
        assertThat(refusals).isEqualTo(1);
        assertThat(taken(10)).containsExactly(new Assignment.Spend(ALICE, 10, 3));
    }

    @Test
    void shouldDeny_whenNotEvenOneIsAllowed() {
        // Given
        demand();

        // When
        decide(3, 10);

        // Then
        assertThat(costs).containsExactly(40L, 3L, 1L);
        assertThat(taken(10)).containsExactly(new Assignment.Deny(ALICE, 60));
    }

    @Test
    void shouldBeginWithOne_whenNotEvenOneWasAllowed() {
        // Given
        demand();
        decide(3, 10);
        taken(10);
        costs.clear();

        // When
        stream.tick(nanos(510), effects);
        decide(4, 520);

        // Then
        assertThat(costs).containsExactly(1L);
        assertThat(taken(520)).containsExactly(new Assignment.Spend(ALICE, 1, 2));
    }

    @Test
    void shouldGrowBack_whenAdmissionsAreAllowed() {
        // Given
        demand();
        decide(3, 10);
        costs.clear();

        // When
        for (long millis = 510; millis <= 15_000; millis += 500) {
            stream.tick(nanos(millis), effects);
            if (!effects.asks().isEmpty() && effects.asks().get(0) instanceof QuotaEffects.AskLease) {
                break;
            }
            decide(1_000, millis);
            taken(millis);
        }

        // Then
        assertThat(costs).startsWith(1L, 2L, 4L, 8L, 16L, 32L, 40L);
    }

    @Test
    void shouldAskForALeaseAgain_whenSmallerAdmissionsWereAskedForInBetween() {
        // Given
        demand();

        // When the last refusal is not long ago
        long leaseMillis = 0;
        for (long millis = 500; millis <= 12_000 && leaseMillis == 0; millis += 500) {
            if (millis % 5_000 == 0) {
                stream.reported("edge", List.of(new BucketUsage(ALICE, 0, 100, 5)), nanos(millis), effects);
            }
            stream.tick(nanos(millis), effects);
            if (!effects.asks().isEmpty() && effects.asks().get(0) instanceof QuotaEffects.AskLease) {
                leaseMillis = millis;
            } else {
                decide(3, millis);
                taken(millis);
            }
        }

        // Then
        assertThat(leaseMillis).isBetween(10_000L, 10_600L);
        assertThat(refusals).isEqualTo(1);
    }

    @Test
    void shouldPassAQuarter_whileASignalBrownsItOut() {
        // Given: 120 a minute, and a demand of 1,200
        ModelQuotaLedger ledger = new ModelQuotaLedger(CAPACITY, 2);
        QuotaSimulation simulation = new QuotaSimulation(new Random(1), CONFIG, ledger);
        simulation.envoy(() -> 2);
        simulation.runUntil(60_000);

        // When
        ledger.scale(TIMES);
        simulation.runUntil(80_000);
        long before = simulation.admitted();
        simulation.runUntil(200_000);
        long during = simulation.admitted() - before;
        ledger.scale(1);
        simulation.runUntil(220_000);
        long after = simulation.admitted();
        simulation.runUntil(340_000);

        // Then: one refusal for each time of scarcity that is not known yet
        assertThat(ledger.refusals()).isLessThanOrEqualTo(3);
        assertThat(during).isBetween(48L, 62L);
        assertThat(simulation.admitted() - after).isBetween(200L, 260L);
    }
}
