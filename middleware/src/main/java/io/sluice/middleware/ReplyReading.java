package io.sluice.middleware;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.client.Readiness;
import io.sluice.middleware.CallResult.Reply;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.RestAnswer;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.reply.WireError;
import java.util.Set;

/** The strict conversion of the request API's replies into answers. */
final class ReplyReading {
    /** The request was understood, and refused for what it says. */
    private static final Set<Integer> REFUSALS = Set.of(400, 404, 409, 413, 415, 422);

    private static final Set<Integer> SUCCESSES = Set.of(200, 201);

    private ReplyReading() {}

    /** What a reply is, to its caller. */
    sealed interface Read<T> {}

    /** An answer to the request. */
    record Understood<T>(Answer<T> answer) implements Read<T> {}

    /** No answer: Sluice had none, or it was not Sluice. */
    record NoAnswer<T>(String detail) implements Read<T> {}

    private interface Reading<T> {
        T of(RestAnswer answer) throws WireException;
    }

    static Read<AdmissionVerdict> admission(Reply reply) {
        return decided(reply, ReplyReading::verdict);
    }

    private static AdmissionVerdict verdict(RestAnswer answer) throws WireException {
        String leaseId = answer.leaseId();
        if (leaseId != null) {
            return new AdmissionVerdict.Local(
                    answer.requestId(), answer.details(), new AdmissionVerdict.Lease(leaseId));
        }
        String repeats = answer.repeats();
        return repeats == null
                ? new AdmissionVerdict.Recorded(answer.verdict())
                : new AdmissionVerdict.Local(
                        answer.requestId(), answer.details(), new AdmissionVerdict.Denial(repeats));
    }

    static Read<BatchVerdict> batch(Reply reply) {
        return decided(reply, RestAnswer::batchVerdict);
    }

    private static <T> Read<T> decided(Reply reply, Reading<T> reading) {
        RestAnswer answer = reply.answer();
        if (!answer.isDecided()) {
            return isRefusal(reply) ? new Understood<>(new Answer.Refused<>(answer.error())) : noAnswer(reply);
        }
        try {
            VerdictDetails details = answer.details();
            int status = reply.status();
            boolean agrees = details.allowed() ? SUCCESSES.contains(status) : status == 429 || status == 403;
            if (!agrees) {
                return new NoAnswer<>("status " + status + " with verdict "
                        + details.code().wireName() + " (expected: the same of both)");
            }
            return new Understood<>(
                    answer.isDegraded()
                            ? new Answer.Degraded<>(details.allowed(), details.reason())
                            : new Answer.Answered<>(reading.of(answer)));
        } catch (WireException e) {
            return new NoAnswer<>("not readable: " + e.getMessage());
        }
    }

    /** The cluster's own answer, whatever it is: that there is no such reservation is one. */
    static Read<SettlementReply> settlement(Reply reply) {
        return isRefusal(reply)
                ? new Understood<>(new Answer.Answered<>(new SettlementReply(
                        /* correlationId= */ "",
                        /* decisionId= */ "",
                        /* settlement= */ null,
                        reply.answer().error())))
                : successful(reply, RestAnswer::settlement);
    }

    static Read<QuotaReport> quota(Reply reply) {
        return isRefusal(reply)
                ? new Understood<>(new Answer.Answered<>(QuotaReport.error(
                        /* correlationId= */ "", reply.answer().error())))
                : successful(reply, RestAnswer::quota);
    }

    static Read<Explanation> explanation(Reply reply) {
        return isRefusal(reply)
                ? new Understood<>(new Answer.Refused<>(reply.answer().error()))
                : successful(reply, RestAnswer::explanation);
    }

    static Readiness readiness(Reply reply) {
        return reply.status() == 200
                ? new Readiness(true, "")
                : new Readiness(
                        false,
                        "status " + reply.status() + ": " + reply.answer().problemDetail());
    }

    private static <T> Read<T> successful(Reply reply, Reading<T> reading) {
        if (reply.status() != 200) {
            return noAnswer(reply);
        }
        try {
            return new Understood<>(new Answer.Answered<>(reading.of(reply.answer())));
        } catch (WireException e) {
            return new NoAnswer<>("not readable: " + e.getMessage());
        }
    }

    /** Others have a 404, too; only Sluice's has a problem of Sluice. */
    private static boolean isRefusal(Reply reply) {
        return REFUSALS.contains(reply.status())
                && !reply.answer().error().code().equals(WireError.INTERNAL)
                && !reply.answer().error().code().equals("not-found");
    }

    private static <T> Read<T> noAnswer(Reply reply) {
        String detail = reply.answer().problemDetail();
        return new NoAnswer<>("status " + reply.status() + (detail.isEmpty() ? "" : ": " + detail));
    }
}
