package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.Priority;
import io.sluice.schemas.request.Route;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Requests, and the answers that a test cannot do without. */
final class TestRequests {
    /** Longer than anything takes in a test: only what never comes is not there by then. */
    static final long DEADLINE_MILLIS = 20_000;

    private static final long JOIN_SECONDS = 30;

    private TestRequests() {}

    static AdmissionRequest admission(String clientId, long cost) {
        return admission(clientId, cost, null);
    }

    static AdmissionRequest admission(String clientId, long cost, @Nullable String idempotencyKey) {
        try {
            return AdmissionRequest.of(clientId)
                    .cost(cost)
                    .idempotencyKey(idempotencyKey)
                    .build();
        } catch (WireException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** A request with a name of its own, which its verdict repeats. */
    static AdmissionRequest named(String clientId, String requestId) {
        try {
            return AdmissionRequest.of(clientId).requestId(requestId).build();
        } catch (WireException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** A request that nothing has checked. */
    static AdmissionRequest raw(ClientId clientId, Map<String, String> attributes) {
        return AdmissionRequest.local(clientId, 1, Route.NONE, attributes, Priority.NORMAL);
    }

    static ClientId clientId(String text) {
        return admission(text, 1).clientId();
    }

    static Verdict verdict(Admissions admissions, AdmissionRequest request) {
        return verdict(answer(admissions.admit(request, DEADLINE_MILLIS)));
    }

    static Verdict verdict(Answer<AdmissionVerdict> answer) {
        assertThat(answer.orNull()).as("%s", answer).isInstanceOf(AdmissionVerdict.Recorded.class);
        return ((AdmissionVerdict.Recorded) answer.orNull()).verdict();
    }

    static long allowed(List<CompletableFuture<Answer<AdmissionVerdict>>> answers) {
        return answers.stream()
                .filter(answer -> verdict(answer(answer)).code() == VerdictCode.ALLOW)
                .count();
    }

    static QuotaReport report(Admissions admissions, ClientId clientId) {
        Answer<QuotaReport> answer = answer(admissions.quota(clientId, DEADLINE_MILLIS));
        assertThat(answer).isInstanceOf(Answer.Answered.class);
        return answer.orNull();
    }

    static <T> T answer(CompletableFuture<T> future) {
        return future.orTimeout(JOIN_SECONDS, TimeUnit.SECONDS).join();
    }
}
