package io.sluice.client.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.client.FailurePolicy;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A fast path in front of a scripted ledger, and what its callers were told. */
final class ScriptedFrontEnd {
    static final long DEADLINE_MILLIS = 5_000;
    /** Small bounds, and leases of a second. */
    static final FastPath CONFIG = new FastPath(true, 1_000, 100, 10, 100_000);

    static final String CLIENT = "acme/alice";

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final FastAdmissions fast;
    /** Each request with its answer, in the order of the requests. */
    final List<Asked> asked = new ArrayList<>();

    private final ManualTimers timers;

    record Asked(AdmissionRequest request, CompletableFuture<Answer<AdmissionVerdict>> answer) {
        boolean isAllowed() {
            return answer.isDone() && details() != null && details().allowed();
        }

        /** What was decided; null if nothing was. */
        @Nullable VerdictDetails details() {
            AdmissionVerdict verdict = answer.join().orNull();
            return verdict == null ? null : verdict.details();
        }

        boolean isDenied() {
            return answer.isDone() && details() != null && !isAllowed();
        }

        boolean isLocal() {
            return answer.isDone() && answer.join().orNull() instanceof AdmissionVerdict.Local;
        }
    }

    ScriptedFrontEnd(ScriptedLedger ledger, FastPath config, ManualTimers timers) {
        this.timers = timers;
        this.fast = new FastAdmissions(
                new FastAdmissions.Backend(ledger, ledger, (request, detail) -> FailurePolicy.ERROR.answer(detail)),
                config,
                timers,
                registry);
    }

    static AdmissionRequest admission(String clientId, long cost) {
        try {
            return AdmissionRequest.of(clientId).cost(cost).build();
        } catch (WireException e) {
            throw new IllegalArgumentException(e);
        }
    }

    Asked ask(String clientId, long cost) {
        return ask(admission(clientId, cost), DEADLINE_MILLIS);
    }

    Asked ask(AdmissionRequest request, long deadlineMillis) {
        Asked admission = new Asked(request, fast.admit(request, deadlineMillis));
        asked.add(admission);
        return admission;
    }

    /** Asks once in a while for some time. */
    void askEvery(long pauseMillis, long forMillis, String clientId) {
        for (long passed = 0; passed < forMillis; passed += pauseMillis) {
            ask(clientId, 1);
            timers.pass(pauseMillis);
        }
    }

    /** Asks until it has a lease. */
    void activate(String clientId) {
        askEvery(5, 500, clientId);
        assertThat(ask(clientId, 1).isLocal()).isTrue();
    }

    long allowedTokens() {
        return asked.stream()
                .filter(Asked::isAllowed)
                .mapToLong(admission -> admission.request().cost())
                .sum();
    }

    long localAllowed() {
        return asked.stream().filter(Asked::isAllowed).filter(Asked::isLocal).count();
    }

    long localAllowedTokens() {
        return asked.stream()
                .filter(Asked::isAllowed)
                .filter(Asked::isLocal)
                .mapToLong(admission -> admission.request().cost())
                .sum();
    }

    long localDenied() {
        return asked.stream().filter(Asked::isDenied).filter(Asked::isLocal).count();
    }
}
