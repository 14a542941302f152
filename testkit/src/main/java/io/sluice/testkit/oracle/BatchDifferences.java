package io.sluice.testkit.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.sluice.engine.ledger.BatchResult.BatchOutcome;
import io.sluice.schemas.reply.BatchDecision;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.ReplyAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares the answers to batches with what the oracle expects; every message names the batch. */
final class BatchDifferences {
    private BatchDifferences() {}

    static void assertDecisions(Map<String, ExpectedBatch> expectedById, Collection<BatchDecision> decisions) {
        SeenOnce seen = new SeenOnce("decision on batch ");
        for (BatchDecision decision : decisions) {
            String id = decision.decisionId();
            ExpectedBatch expected = seen.expected(id, expectedById.get(id), decision);
            BatchOutcome outcome = expected.outcome();
            if (outcome == null) {
                fail("batch %s: expected no decision but was %s", id, decision);
                return;
            }
            assertThat(decision.request()).as("batch %s: request", id).isEqualTo(expected.request());
            assertThat(decision.charges()).as("batch %s: charges", id).isEqualTo(expected.charges());
            assertThat(decision.charged()).as("batch %s: charged", id).isEqualTo(expected.charged());
            assertThat(decision.refusedCheck())
                    .as("batch %s: refused check", id)
                    .isEqualTo(expected.refusedCheck());
            assertThat(ReplyMapping.actual(decision.details()))
                    .as("batch %s", id)
                    .isEqualTo(ReplyMapping.expected(id, expected.replayed(), outcome.outcome()));
        }
        seen.assertNoneMissing(
                "batches without a decision",
                expectedById.values().stream()
                        .filter(expected -> expected.outcome() != null)
                        .map(ExpectedBatch::decisionId));
    }

    static void assertVerdicts(
            Map<String, ExpectedBatch> expectedById,
            Map<String, ExpectedBatch> travelledById,
            Collection<BatchVerdict> verdicts) {
        for (BatchVerdict verdict : verdicts) {
            String id = verdict.decisionId();
            ExpectedBatch travelled = travelledById.get(id);
            if (travelled != null
                    && verdict.details().replayed()
                    && remembered(expectedById.values(), travelled)
                            .contains(new RepeatedAnswer(
                                    verdict.refusedCheck(), ReplyMapping.actual(verdict.details())))) {
                // It went out to visit wide buckets, and was read again when its key had an answer.
                continue;
            }
            ExpectedBatch expected = expectedById.get(id);
            BatchOutcome outcome = expected == null ? null : expected.outcome();
            ReplyAddress address = expected == null ? null : expected.reply();
            if (expected == null || outcome == null || address == null) {
                fail("batch %s: expected no verdict but was %s", id, verdict);
                return;
            }
            assertThat(verdict.correlationId())
                    .as("batch %s: correlation ID", id)
                    .isEqualTo(address.correlationId());
            assertThat(verdict.requestId())
                    .as("batch %s: request ID", id)
                    .isEqualTo(expected.request().requestId());
            VerdictDetails told = ReplyMapping.actual(verdict.details());
            if (verdict.details().replayed()
                    && remembered(expectedById.values(), expected)
                            .contains(new RepeatedAnswer(verdict.refusedCheck(), told))) {
                continue;
            }
            assertThat(verdict.refusedCheck()).as("batch %s: refused check", id).isEqualTo(expected.refusedCheck());
            assertThat(told)
                    .as("batch %s", id)
                    .isEqualTo(ReplyMapping.expected(id, expected.replayed(), outcome.outcome()));
        }
    }

    /** What an answer says of the batch. */
    private record RepeatedAnswer(@Nullable Integer refusedCheck, VerdictDetails details) {}

    /** The possible answers to a batch that is read again: whatever its idempotency key remembered at some time. */
    private static Set<RepeatedAnswer> remembered(Collection<ExpectedBatch> batches, ExpectedBatch expected) {
        Set<RepeatedAnswer> answers = new HashSet<>();
        String key = expected.request().idempotencyKey();
        for (ExpectedBatch other : batches) {
            BatchOutcome outcome = other.outcome();
            if (key != null
                    && outcome != null
                    && key.equals(other.request().idempotencyKey())
                    && other.request().account().equals(expected.request().account())) {
                answers.add(new RepeatedAnswer(
                        other.refusedCheck(), ReplyMapping.expected(expected.decisionId(), true, outcome.outcome())));
            }
        }
        return answers;
    }

    /** A request that cannot be a batch, or reuses a key, gets an error. */
    static void assertError(ExpectedBatch expected, Verdict verdict) {
        assertThat(
                        verdict.error() == null
                                ? "a decided verdict"
                                : verdict.error().code())
                .as("batch %s", expected.decisionId())
                .isEqualTo(expected.outcome() == null ? expected.errorCode() : "no error at all");
    }
}
