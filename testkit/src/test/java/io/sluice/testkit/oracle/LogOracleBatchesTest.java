package io.sluice.testkit.oracle;

import static io.sluice.schemas.request.AdmissionRequest.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.reply.BatchCharge;
import io.sluice.schemas.reply.BatchDecision;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.RequestRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The oracle knows the answer to every batch. */
final class LogOracleBatchesTest {
    private final OracleLog log = new OracleLog();
    private LogOracle oracle;

    /**
     * 0 ruleset; 1 takes two of a and one of b; 2 repeats it; 3 reuses its key; 4 is refused at its second check; 5 is
     * allowed.
     */
    @BeforeEach
    void writeLog() throws Exception {
        log.activate(1_000, 1, OracleLog.THREE_PER_SECOND);
        ask("k", "acme/a", "acme/b");
        ask("k", "acme/a", "acme/b");
        ask("k", "acme/b", "acme/a");
        ask(null, "acme/b", "acme/b");
        ask(null, "acme/c", "acme/b");
        oracle = log.replay();
    }

    /** Two of the first client, one of the second. */
    private void ask(String key, String first, String second) throws Exception {
        RequestRecord batch = BatchRequest.checked(
                        List.of(of(first).cost(2).build(), of(second).build()), "row", key)
                .repliedTo(new ReplyAddress(1, "c"));
        log.add(1_000, "acme", batch);
    }

    private List<BatchDecision> decisions() {
        return oracle.batches().values().stream()
                .filter(expected -> expected.outcome() != null)
                .map(expected -> new BatchDecision(
                        expected.decisionId(),
                        expected.request(),
                        expected.refusedCheck(),
                        expected.charges(),
                        expected.charged(),
                        OracleLog.details(told(expected))))
                .toList();
    }

    private List<BatchVerdict> verdicts() {
        return decisions().stream()
                .map(decision -> new BatchVerdict(
                        "c", decision.decisionId(), "row", decision.refusedCheck(), decision.details()))
                .toList();
    }

    private static VerdictDetails told(ExpectedBatch expected) {
        return ReplyMapping.expected(
                expected.decisionId(),
                expected.replayed(),
                Objects.requireNonNull(expected.outcome()).outcome());
    }

    @Test
    void shouldKnowEveryAnswer_whenReplayed() {
        // Given
        // When
        List<BatchDecision> decisions = decisions();

        // Then
        assertThat(decisions).extracting(BatchDecision::decisionId).containsExactly("0-1", "0-2", "0-4", "0-5");
        assertThat(decisions.get(0).charges())
                .containsExactly(
                        new BatchCharge("per-client", "acme/a", 2), new BatchCharge("per-client", "acme/b", 1));
        assertThat(decisions.get(1).charges()).isEmpty();
        assertThat(decisions.get(1).details().replayed()).isTrue();
        assertThat(decisions.get(2).refusedCheck()).isEqualTo(1);
        assertThat(decisions.get(3).refusedCheck()).isNull();
        assertThat(oracle.batches().get("0-3").errorCode()).isEqualTo(WireError.IDEMPOTENCY_KEY_REUSED);
        assertThatCode(() -> oracle.assertBatches(decisions, verdicts())).doesNotThrowAnyException();
    }

    @Test
    void shouldFail_whenADecisionIsMissingOrThereTwice() {
        // Given
        List<BatchDecision> missing = decisions().subList(0, 3);
        List<BatchDecision> twice = new ArrayList<>(decisions());
        twice.add(twice.get(0));

        // When / Then
        assertThatThrownBy(() -> oracle.assertBatches(missing, List.of())).hasMessageContaining("0-5");
        assertThatThrownBy(() -> oracle.assertBatches(twice, List.of()))
                .hasMessageContaining("batch 0-1: expected once but was there twice");
    }

    @Test
    void shouldFail_whenSomethingElseWasCharged() {
        // Given
        List<BatchDecision> decisions = new ArrayList<>(decisions());
        BatchDecision right = decisions.get(0);
        decisions.set(
                0,
                new BatchDecision(
                        right.decisionId(),
                        right.request(),
                        null,
                        right.charges().subList(0, 1),
                        right.charged(),
                        right.details()));

        // When / Then
        assertThatThrownBy(() -> oracle.assertBatches(decisions, List.of())).hasMessageContaining("batch 0-1: charges");
    }

    @Test
    void shouldFail_whenAVerdictIsAnother() {
        // Given
        BatchVerdict right = verdicts().get(0);
        BatchVerdict wrong = new BatchVerdict("c", "0-1", "row", 1, right.details());
        Verdict noError = Verdict.error("c", "0-1", new WireError(WireError.IDEMPOTENCY_KEY_REUSED, "", ""));

        // When / Then
        assertThatThrownBy(() -> oracle.assertBatches(decisions(), List.of(wrong)))
                .hasMessageContaining("batch 0-1: refused check");
        assertThatThrownBy(() -> oracle.assertVerdicts(List.of(noError))).hasMessageContaining("batch 0-1");
    }
}
