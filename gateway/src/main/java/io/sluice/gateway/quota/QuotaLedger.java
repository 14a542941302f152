package io.sluice.gateway.quota;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Admissions;
import io.sluice.client.Answer;
import io.sluice.client.LeaseService;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseRequest;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operations of the ledger that streams use: leases, admissions, explanations and reports. */
final class QuotaLedger {
    /** How long an answer is waited for; an Envoy that waits denies meanwhile. */
    private static final long DEADLINE_MILLIS = 2_000;

    private static final Logger LOG = LoggerFactory.getLogger(QuotaLedger.class);

    private final Admissions admissions;
    private final LeaseService leases;
    private final QuotaMeters meters;
    private final LongSupplier nanoTime;

    QuotaLedger(Admissions admissions, LeaseService leases, QuotaMeters meters, LongSupplier nanoTime) {
        this.admissions = admissions;
        this.leases = leases;
        this.meters = meters;
        this.nanoTime = nanoTime;
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }

    QuotaMeters meters() {
        return meters;
    }

    void ask(QuotaEffects.AskLease ask, Consumer<Answer<LeaseReply>> taken) {
        LeaseRequest request = ask.request();
        LeaseService.Late<LeaseReply> late =
                LeaseService.Late.ofLease(request.ttlMillis(), reply -> giveBack(request, reply));
        answered(() -> leases.lease(request, DEADLINE_MILLIS, late), taken);
    }

    /** The bucket has asked again by the time that a late lease comes. */
    private void giveBack(LeaseRequest request, LeaseReply reply) {
        if (reply.tokens() == 0) {
            return;
        }
        meters.unsent(reply.tokens());
        AdmissionRequest asked = request.admission();
        AdmissionRequest free = AdmissionRequest.local(
                asked.clientId(), /* cost= */ 0, asked.route(), asked.attributes(), asked.priority());
        try {
            DecisionId leaseId = DecisionId.parse("leaseId", reply.decisionId());
            leases.report(new LeaseReport(free, leaseId, /* spentTokens= */ 0, /* allowed= */ 0, /* denied= */ 0));
        } catch (WireException e) {
            LOG.debug("a late lease has no decision ID", e);
        }
    }

    void ask(QuotaEffects.AskAdmission ask, Consumer<Answer<AdmissionVerdict>> taken) {
        answered(() -> admissions.admit(ask.request(), DEADLINE_MILLIS), taken);
    }

    void ask(QuotaEffects.AskWhether ask, Consumer<Answer<Explanation>> taken) {
        answered(() -> admissions.explain(ask.admission().request(), DEADLINE_MILLIS), taken);
    }

    /** Has the answer taken. A bucket asks nothing else until then, so a request that fails is answered, too. */
    private static <T> void answered(Supplier<CompletableFuture<Answer<T>>> request, Consumer<Answer<T>> taken) {
        CompletableFuture<Answer<T>> begun;
        try {
            begun = request.get();
        } catch (RuntimeException | Error e) {
            begun = CompletableFuture.failedFuture(e);
        }
        logged(begun.exceptionally(failure -> {
                    LOG.error("asking the ledger for an Envoy failed", failure);
                    return new Answer.Unavailable<>("asking the ledger failed");
                })
                .thenAccept(taken));
    }

    /** Sends reports and releases, which have no answer. */
    void tell(QuotaEffects effects) {
        for (LeaseReport report : effects.reports()) {
            guarded(() -> leases.report(report));
        }
        for (QuotaEffects.Release release : effects.releases()) {
            guarded(() -> logged(admissions.release(release.clientId(), release.id(), DEADLINE_MILLIS)));
        }
    }

    /** One that fails must not be the end of those after it, nor of what is asked next. */
    private static void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            LOG.error("telling the ledger of an Envoy's tokens failed", e);
        }
    }

    /** Answers never complete exceptionally, so a failure is a defect of Sluice, and is logged. */
    private static void logged(CompletableFuture<?> handled) {
        CompletableFuture<?> unused = handled.whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.error("handling the ledger's answer for an Envoy failed", failure);
            }
        });
    }
}
