package io.sluice.testkit.guarantee;

import static io.sluice.testkit.guarantee.DecisionFixture.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.BatchCharge;
import io.sluice.schemas.reply.BatchDecision;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.reply.SettlementRecord;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class NeverOverAdmitTest {
    // 3 tokens per 10 ms, burst 5.
    private static final LimitBound BOUND = new LimitBound(5, 3, 10);
    private final NeverOverAdmit guarantee = new NeverOverAdmit(Map.of("per-client", BOUND));

    @Test
    void shouldPass_whenEveryTokenIsTakenAtTheFirstPossibleMoment() {
        // Given
        List<Decision> history = List.of(
                at(1_000).charged(5).ofAcme(),
                at(1_004).ofAcme(),
                at(1_007).ofAcme(),
                at(1_010).ofAcme());

        // When, Then
        assertThatCode(() -> guarantee.check(history)).doesNotThrowAnyException();
    }

    @Test
    void shouldFail_whenOneTokenComesOneMillisecondEarly() {
        // Given
        List<Decision> history = List.of(
                at(1_000).charged(5).ofAcme(),
                at(1_004).ofAcme(),
                at(1_006).offset(7).ofAcme());

        // When, Then
        assertThatThrownBy(() -> guarantee.check(history))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("G1")
                .hasMessageContaining("0-7");
    }

    @Test
    void shouldCountWhatBatchesTake_whenTheyMeetTheSameBucket() throws Exception {
        // Given
        Decision first = at(1_000).charged(3).ofAcme();

        // When, Then
        assertThatCode(() -> guarantee.checkRecords(List.of(first, batch(2)))).doesNotThrowAnyException();
        assertThatThrownBy(() -> guarantee.checkRecords(List.of(first, batch(3))))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("0-9");
    }

    private static BatchDecision batch(long tokens) throws WireException {
        AdmissionRequest check = AdmissionRequest.of("acme").cost(tokens).build();
        return new BatchDecision(
                "0-9",
                BatchRequest.checked(List.of(check, check), null, null),
                null,
                List.of(new BatchCharge("per-client", "acme", tokens), new BatchCharge("other", "", 1_000)),
                tokens,
                at(1_000).ofAcme().details());
    }

    @Test
    void shouldCountScopesApart_whenClientsDiffer() {
        // Given
        List<Decision> history =
                List.of(at(1).charged(5).of("acme/a"), at(1).charged(5).of("acme/b"));

        // When, Then
        assertThatCode(() -> guarantee.check(history)).doesNotThrowAnyException();
    }

    @Test
    void shouldCountTokensGivenBack_whenAReservationEnds() {
        // Given 5 taken, 2 given back at once, and 2 taken again; then one more, which never came back
        List<DecisionRecord> within = List.of(
                at(1_000).charged(5).ofAcme(),
                end(1_001, 2),
                at(1_001).charged(2).ofAcme());
        List<DecisionRecord> beyond = new ArrayList<>(within);
        beyond.add(at(1_002).offset(9).ofAcme());
        List<DecisionRecord> nothing =
                List.of(at(1_000).charged(5).ofAcme(), at(1_001).charged(2).ofAcme());

        // When, Then
        assertThatCode(() -> guarantee.checkRecords(within)).doesNotThrowAnyException();
        assertThatThrownBy(() -> guarantee.checkRecords(beyond)).hasMessageContaining("0-9");
        assertThatThrownBy(() -> guarantee.checkRecords(nothing)).isInstanceOf(AssertionError.class);
    }

    @Test
    void shouldNotCountMoreThanTheCapacity_whenMuchIsGivenBack() {
        // Given 2 taken, and 5 given back
        List<DecisionRecord> history = List.of(
                at(1_000).charged(2).ofAcme(),
                end(1_000, 5),
                at(1_000).charged(6).ofAcme());

        // When, Then
        assertThatThrownBy(() -> guarantee.checkRecords(history)).isInstanceOf(AssertionError.class);
    }

    @Test
    void shouldFail_whenAnEndComesBeforeItsTime() {
        // Given
        List<DecisionRecord> history = List.of(at(1_000).ofAcme(), end(999, 1));

        // When, Then
        assertThatThrownBy(() -> guarantee.checkRecords(history)).hasMessageContaining("backwards");
    }

    private static SettlementRecord end(long atMillis, long returned) {
        Decision decision = at(atMillis).ofAcme();
        Settlement settlement = new Settlement(
                Settlement.Outcome.COMMITTED,
                decision.request().clientId(),
                decision.decisionId(),
                false,
                returned + 1,
                1,
                0,
                atMillis,
                1,
                false,
                decision.details().limits());
        return new SettlementRecord("0-2", settlement);
    }

    @Test
    void shouldFail_whenTimeRunsBackwards() {
        // Given
        List<Decision> history = List.of(at(10).ofAcme(), at(9).ofAcme());

        // When, Then
        assertThatThrownBy(() -> guarantee.check(history)).hasMessageContaining("backwards");
    }

    @Test
    void shouldStayExact_whenProductsExceed64Bits() {
        // Given
        long capacity = 1_000_000_000_000L;
        NeverOverAdmit wide = new NeverOverAdmit(Map.of("per-client", new LimitBound(capacity, 1, 300_000_000_000L)));
        List<Decision> full = List.of(at(1).charged(capacity).ofAcme());
        List<Decision> over =
                List.of(at(1).charged(capacity).ofAcme(), at(300_000_000_000L).ofAcme());
        List<Decision> just =
                List.of(at(1).charged(capacity).ofAcme(), at(300_000_000_001L).ofAcme());

        // When, Then
        assertThatCode(() -> wide.check(full)).doesNotThrowAnyException();
        assertThatCode(() -> wide.check(just)).doesNotThrowAnyException();
        assertThatThrownBy(() -> wide.check(over)).isInstanceOf(AssertionError.class);
    }

    @Test
    void shouldAgreeWithTheDefinition_whenHistoriesAreRandom() {
        int broken = 0;
        for (long seed = 0; seed < 2_000; seed++) {
            // Given
            List<Decision> history = history(new SplittableRandom(seed));

            // When
            boolean passes = passes(history);

            // Then
            assertThat(passes).as("seed %s", seed).isEqualTo(everyWindowHolds(history));
            broken += passes ? 0 : 1;
        }
        assertThat(broken).as("broken histories among all").isBetween(200, 1_800);
    }

    private static List<Decision> history(SplittableRandom random) {
        List<Decision> history = new ArrayList<>();
        long atMillis = 1;
        for (int i = 0; i < 12; i++) {
            atMillis += random.nextLong(9);
            history.add(at(atMillis).offset(i).charged(random.nextLong(3)).ofAcme());
        }
        return history;
    }

    private boolean passes(List<Decision> history) {
        try {
            guarantee.check(history);
            return true;
        } catch (AssertionError e) {
            return false;
        }
    }

    /** The definition, window by window. */
    private static boolean everyWindowHolds(List<Decision> history) {
        for (int i = 0; i < history.size(); i++) {
            long charged = 0;
            for (int j = i; j < history.size(); j++) {
                charged += history.get(j).charged();
                long elapsed = history.get(j).details().decidedAtMillis()
                        - history.get(i).details().decidedAtMillis();
                if (charged * BOUND.periodMillis()
                        > BOUND.capacity() * BOUND.periodMillis() + elapsed * BOUND.tokens()) {
                    return false;
                }
            }
        }
        return true;
    }
}
