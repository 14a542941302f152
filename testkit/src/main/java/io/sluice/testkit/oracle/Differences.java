package io.sluice.testkit.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.sluice.engine.state.Outcome;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.topic.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Compares what was observed with what the oracle expects; every message names the record. */
final class Differences {
    private Differences() {}

    static void assertVerdict(LogOracle oracle, Verdict verdict) {
        String id = verdict.decisionId();
        WireError error = verdict.error();
        if (error != null && error.code().equals(WireError.ALREADY_DECIDED)) {
            assertThat(oracle.isInLog(id)).as("verdict %s: in the log", id).isTrue();
            return;
        }
        ExpectedBatch batch = oracle.batches().get(id);
        if (batch != null) {
            BatchDifferences.assertError(batch, verdict);
            return;
        }
        ExpectedOutcome expected = oracle.outcomes().get(id);
        if (expected == null && isAnswerOfKey(oracle, verdict)) {
            return;
        }
        if (expected == null) {
            ExpectedDeadLetter refused = oracle.deadLetters().get(id);
            String wanted = switch (refused == null ? "" : refused.reason()) {
                case ExpectedDeadLetter.MALFORMED -> WireError.INVALID_REQUEST;
                // The request of a message that nothing proves is answered, too.
                case ExpectedDeadLetter.STALE, ExpectedDeadLetter.FORGED -> WireError.UNDECIDED;
                default -> "no verdict at all";
            };
            assertThat(error == null ? "a decided verdict" : error.code())
                    .as("verdict %s", id)
                    .isEqualTo(wanted);
            return;
        }
        ReplyAddress address = expected.reply();
        assertThat(verdict.correlationId())
                .as("verdict %s: correlation ID", id)
                .isEqualTo(address == null ? "none was asked for" : address.correlationId());
        Outcome outcome = expected.outcome();
        VerdictDetails details = verdict.details();
        if (outcome == null) {
            if (details != null && details.replayed() && isRemembered(oracle, expected, details)) {
                // Read again after the key's first use was forgotten, and this request was sent under it once more.
                return;
            }
            assertThat(error == null ? "a decided verdict" : error.code())
                    .as("verdict %s", id)
                    .isEqualTo(WireError.IDEMPOTENCY_KEY_REUSED);
        } else if (details == null) {
            fail("verdict %s: expected %s but was %s", id, ReplyMapping.expected(expected, outcome), error);
        } else {
            if (!details.replayed() || !isRemembered(oracle, expected, details)) {
                assertThat(ReplyMapping.actual(details))
                        .as("verdict %s", id)
                        .isEqualTo(ReplyMapping.expected(expected, outcome));
            }
            if (!details.replayed()) {
                assertThat(verdict.lease()).as("verdict %s: lease", id).isEqualTo(expected.terms());
            }
            assertThat(verdict.requestId())
                    .as("verdict %s: request ID", id)
                    .isEqualTo(expected.request().requestId());
        }
    }

    /** Whether the record went out to visit wide buckets, and was read again when its key had an answer. */
    private static boolean isAnswerOfKey(LogOracle oracle, Verdict verdict) {
        ExpectedOutcome travelled = oracle.travelled().get(verdict.decisionId());
        VerdictDetails details = verdict.details();
        return travelled != null
                && details != null
                && details.replayed()
                && travelled.reply() != null
                && travelled.reply().correlationId().equals(verdict.correlationId())
                && isRemembered(oracle, travelled, details);
    }

    private static boolean isRemembered(LogOracle oracle, ExpectedOutcome expected, VerdictDetails details) {
        return remembered(oracle, expected).contains(ReplyMapping.actual(details));
    }

    /** The possible answers to a record that is read again: whatever its idempotency key remembered at some time. */
    private static Set<VerdictDetails> remembered(LogOracle oracle, ExpectedOutcome expected) {
        AdmissionRequest request = expected.request();
        Set<VerdictDetails> answers = new HashSet<>();
        for (ExpectedOutcome other : oracle.outcomes().values()) {
            Outcome outcome = other.outcome();
            if (outcome != null
                    && other.request().clientId().equals(request.clientId())
                    && other.request().idempotencyKey() != null
                    && other.request().idempotencyKey().equals(request.idempotencyKey())) {
                answers.add(ReplyMapping.expected(expected.decisionId(), true, outcome));
            }
        }
        return answers;
    }

    static void assertAllAnswered(LogOracle oracle, Collection<Verdict> verdicts) {
        Set<String> answered = new HashSet<>();
        verdicts.stream()
                .filter(verdict ->
                        verdict.error() == null || !verdict.error().code().equals(WireError.ALREADY_DECIDED))
                .forEach(verdict -> answered.add(verdict.decisionId()));
        SeenOnce.assertNoneMissing(
                "requests without a verdict",
                oracle.outcomes().values().stream()
                        .filter(expected -> expected.reply() != null)
                        .map(ExpectedOutcome::decisionId),
                answered);
    }

    static void assertDecisions(LogOracle oracle, Collection<Decision> decisions) {
        SeenOnce seen = new SeenOnce("decision ");
        for (Decision decision : decisions) {
            String id = decision.decisionId();
            ExpectedOutcome expected = seen.expected(id, oracle.outcomes().get(id), decision);
            Outcome outcome = expected.outcome();
            if (outcome == null) {
                fail("decision %s: expected none but was %s", id, decision);
                return;
            }
            assertThat(decision.request()).as("decision %s: request", id).isEqualTo(expected.request());
            assertThat(decision.charged()).as("decision %s: charged", id).isEqualTo(expected.charged());
            assertThat(decision.lent()).as("decision %s: lease", id).isEqualTo(expected.lent());
            assertThat(ReplyMapping.actual(decision.details()))
                    .as("decision %s", id)
                    .isEqualTo(ReplyMapping.expected(expected, outcome));
        }
        seen.assertNoneMissing(
                "missing decisions",
                oracle.outcomes().values().stream()
                        .filter(ExpectedOutcome::leavesDecision)
                        .map(ExpectedOutcome::decisionId));
    }

    static void assertDeadLetters(LogOracle oracle, Collection<ConsumerRecord<byte[], byte[]>> records) {
        SeenOnce seen = new SeenOnce("dead letter ");
        for (ConsumerRecord<byte[], byte[]> record : records) {
            String place = header(record, "sluice.partition") + "-" + header(record, "sluice.offset");
            String reason = header(record, "sluice.reason");
            ExpectedDeadLetter expected =
                    seen.expected(place, oracle.deadLetters().get(place), reason);
            assertThat(reason).as("dead letter %s: reason", place).isEqualTo(expected.reason());
            assertThat(record.key())
                    .as("dead letter %s: key", place)
                    .isEqualTo(beginning(expected.original().key(), TopicCatalogue.DEAD_LETTER_KEY_BYTES_MAX));
            assertThat(record.value())
                    .as("dead letter %s: value", place)
                    .isEqualTo(beginning(expected.original().value(), TopicCatalogue.DEAD_LETTER_VALUE_BYTES_MAX));
        }
        seen.assertNoneMissing("missing dead letters", oracle.deadLetters().keySet().stream());
    }

    private static byte @Nullable [] beginning(byte @Nullable [] bytes, int bytesMax) {
        return bytes == null || bytes.length <= bytesMax ? bytes : Arrays.copyOf(bytes, bytesMax);
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "(no " + name + ")" : new String(header.value(), StandardCharsets.UTF_8);
    }
}
