package io.sluice.testkit.oracle;

import static io.sluice.schemas.request.AdmissionRequest.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.engine.bucket.TokenState;
import io.sluice.engine.ledger.AdmissionResult;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.StoredBucket;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.reply.WireError;
import io.sluice.testkit.gen.BadRecord;
import io.sluice.testkit.gen.BadRecords;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LogOracleTest {
    private final OracleLog log = new OracleLog();

    /** Offsets: 0 ruleset, 1..4 asked at once (the fourth is denied), 5 keyed, 6 its repeat, 7 the key reused. */
    @BeforeEach
    void writeLog() throws Exception {
        log.activate(1_000, 1, OracleLog.THREE_PER_SECOND);
        for (int i = 0; i < 4; i++) {
            log.ask(1_000, of("acme/a"));
        }
        log.ask(1_100, of("acme/b").idempotencyKey("k"));
        log.ask(1_200, of("acme/b").idempotencyKey("k"));
        log.ask(1_300, of("acme/b").idempotencyKey("k").cost(2));
    }

    @Test
    void shouldExpectWhatTheRulesSay_whenReplayed() {
        // When
        LogOracle oracle = log.replay();

        // Then
        assertThat(oracle.expectedAdmitted("acme/a")).isEqualTo(3);
        assertThat(oracle.expectedAdmitted("acme/b")).isEqualTo(1);
        assertThat(oracle.expectedDecisions()).isEqualTo(6);
        assertThat(oracle.outcomes().get("0-4").outcome().allowed()).isFalse();
        assertThat(oracle.outcomes().get("0-6").result()).isInstanceOf(AdmissionResult.Replayed.class);
        assertThat(oracle.outcomes().get("0-7").result()).isInstanceOf(AdmissionResult.KeyReused.class);
        assertThat(oracle.deadLetters()).isEmpty();
    }

    @Test
    void shouldAcceptVerdictsAndDecisions_whenTheAppMakesNoMistake() {
        // Given
        LogOracle oracle = log.replay();
        List<Verdict> verdicts = new ArrayList<>(OracleLog.verdicts(oracle));
        verdicts.addAll(OracleLog.verdicts(oracle));

        // When, Then: sent twice is no mistake, on the reply topic
        oracle.assertVerdicts(verdicts);
        oracle.assertAllAnswered(verdicts);
        oracle.assertDecisions(OracleLog.decisions(oracle));
    }

    @Test
    void shouldRefuseAVerdict_whenItsAnswerIsTurnedRound() {
        // Given
        LogOracle oracle = log.replay();
        Verdict denied = OracleLog.verdicts(oracle).get(3);
        VerdictDetails was = denied.details();
        VerdictDetails tampered = VerdictDetails.of(VerdictCode.ALLOW)
                .reasonCode(was.reasonCode())
                .reason(was.reason())
                .decidedAtMillis(was.decidedAtMillis())
                .rulesetRevision(was.rulesetRevision())
                .tier(was.tier())
                .decidingLimit(was.decidingLimit())
                .retryAfterMillis(was.retryAfterMillis())
                .delayMillis(was.delayMillis())
                .replayed(was.replayed())
                .limits(was.limits())
                .build();

        // When, Then
        assertThatThrownBy(() ->
                        oracle.assertVerdicts(List.of(Verdict.details(denied.correlationId(), "0-4", null, tampered))))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("verdict 0-4");
    }

    @Test
    void shouldRefuseAVerdict_whenNothingWasAskedThere() {
        // Given
        LogOracle oracle = log.replay();
        Verdict stray = Verdict.error("c", "0-99", new WireError(WireError.INVALID_REQUEST, "", ""));

        // When, Then
        assertThatThrownBy(() -> oracle.assertVerdicts(List.of(stray))).hasMessageContaining("verdict 0-99");
    }

    @Test
    void shouldRefuseAVerdict_whenItReportsADefect() {
        // Given
        LogOracle oracle = log.replay();
        Verdict internal = Verdict.error("c-1", "0-1", new WireError(WireError.INTERNAL, "", "a defect"));

        // When, Then
        assertThatThrownBy(() -> oracle.assertVerdicts(List.of(internal)))
                .hasMessageContaining("verdict 0-1")
                .hasMessageContaining("a defect");
    }

    @Test
    void shouldNameTheUnanswered_whenAVerdictIsLost() {
        // Given
        LogOracle oracle = log.replay();
        List<Verdict> verdicts = new ArrayList<>(OracleLog.verdicts(oracle));
        verdicts.remove(1);

        // When, Then
        assertThatThrownBy(() -> oracle.assertAllAnswered(verdicts)).hasMessageContaining("0-2");
    }

    @Test
    void shouldRefuseDecisions_whenOneIsMissingTwiceOrChargedElsewise() {
        // Given
        LogOracle oracle = log.replay();
        List<Decision> sound = OracleLog.decisions(oracle);
        Decision second = sound.get(1);
        List<Decision> without = new ArrayList<>(sound);
        without.remove(second);
        List<Decision> twice = new ArrayList<>(sound);
        twice.add(second);
        List<Decision> uncharged = new ArrayList<>(sound);
        uncharged.set(1, new Decision(second.decisionId(), second.request(), 0, second.details()));

        // When, Then
        assertThatThrownBy(() -> oracle.assertDecisions(without)).hasMessageContaining("0-2");
        assertThatThrownBy(() -> oracle.assertDecisions(twice)).hasMessageContaining("twice");
        assertThatThrownBy(() -> oracle.assertDecisions(uncharged)).hasMessageContaining("decision 0-2: charged");
    }

    @Test
    void shouldRefuseADecision_whenTheRecordLeavesNone() {
        // Given
        LogOracle oracle = log.replay();
        List<Decision> decisions = new ArrayList<>(OracleLog.decisions(oracle));
        Decision first = decisions.get(0);
        decisions.add(new Decision("0-7", first.request(), 0, first.details()));

        // When, Then
        assertThatThrownBy(() -> oracle.assertDecisions(decisions)).hasMessageContaining("decision 0-7");
    }

    @Test
    void shouldExpectTheNamedReason_whenRecordsAreBad() {
        // Given: eight sound records, so the first bad one has offset 8
        List<BadRecord> bad = BadRecords.all(1, OracleLog.CONFIG.replyPartitions());
        bad.forEach(record -> log.add(2_000, record.key(), record.value()));

        // When
        LogOracle oracle = log.replay();

        // Then
        assertThat(oracle.deadLetters()).hasSameSizeAs(bad);
        for (int i = 0; i < bad.size(); i++) {
            assertThat(oracle.deadLetters().get("0-" + (8 + i)))
                    .as(bad.get(i).name())
                    .extracting(ExpectedDeadLetter::reason)
                    .isEqualTo(bad.get(i).reason());
        }
        assertThat(oracle.ledger(0).timeline().active().revision()).isEqualTo(1);
    }

    @Test
    void shouldMoveTime_whenARecordIsBad() throws Exception {
        // Given
        log.add(5_000, new byte[0], null);
        log.ask(4_000, of("acme/a"));

        // When
        LogOracle oracle = log.replay();

        // Then
        assertThat(oracle.outcomes().get("0-9").outcome().decidedAtMillis()).isEqualTo(5_000);
    }

    @Test
    void shouldRefuseDeadLetters_whenBytesOrReasonDiffer() {
        // Given
        log.add(2_000, new byte[] {1}, new byte[] {2, 3});
        LogOracle oracle = log.replay();

        // When, Then
        oracle.assertDeadLetters(List.of(deadLetter("malformed", new byte[] {2, 3})));
        assertThatThrownBy(() -> oracle.assertDeadLetters(List.of())).hasMessageContaining("0-8");
        assertThatThrownBy(() -> oracle.assertDeadLetters(List.of(deadLetter("forged", new byte[] {2, 3}))))
                .hasMessageContaining("dead letter 0-8: reason");
        assertThatThrownBy(() -> oracle.assertDeadLetters(List.of(deadLetter("malformed", new byte[] {2}))))
                .hasMessageContaining("dead letter 0-8: value");
    }

    private static ConsumerRecord<byte[], byte[]> deadLetter(String reason, byte[] value) {
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("dead", 0, 0, new byte[] {1}, value);
        record.headers().add("sluice.reason", reason.getBytes());
        record.headers().add("sluice.partition", "0".getBytes());
        record.headers().add("sluice.offset", "8".getBytes());
        return record;
    }

    @Test
    void shouldAcceptTheStore_whenOnlyFullBucketsDiffer() {
        // Given: a's bucket is empty at 1,000; b's had 2 left at 1,100; both of 3 per second
        LogOracle oracle = log.replay();
        BucketKey a = new BucketKey("acme", "per-client", "acme/a");
        BucketKey b = new BucketKey("acme", "per-client", "acme/b");
        BucketKey unauthenticated = new BucketKey("acme", "per-client", "acme/c");
        StoredBucket emptyA = new StoredBucket(1, new TokenState(1_000, 3, 0));
        StoredBucket usedB = new StoredBucket(1, new TokenState(1_100, 1, 0));

        // When, Then
        oracle.assertStore(
                Map.of(0, Map.of(a, emptyA, b, usedB, unauthenticated, new StoredBucket(1, TokenState.full(1_000)))));
        assertThatThrownBy(() -> oracle.assertStore(Map.of(0, Map.of(a, emptyA))))
                .hasMessageContaining("acme/b");
        assertThatThrownBy(() -> oracle.assertStore(Map.of(0, Map.of(a, usedB, b, usedB))))
                .hasMessageContaining("acme/a");
    }
}
