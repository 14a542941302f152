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
                new LeaseService.Late<>(request.ttlMillis(), reply -> giveBack(request, reply));
        logged(leases.lease(request, DEADLINE_MILLIS, late).thenAccept(taken));
    }

    /** The bucket has asked again by the time that a late lease comes. */
    private void giveBack(LeaseRequest request, LeaseReply reply) {
        if (reply.tokens() == 0) {
            return;
        }
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
        logged(admissions.admit(ask.request(), DEADLINE_MILLIS).thenAccept(taken));
    }

    void ask(QuotaEffects.AskWhether ask, Consumer<Answer<Explanation>> taken) {
        logged(admissions.explain(ask.admission().request(), DEADLINE_MILLIS).thenAccept(taken));
    }

    /** Sends reports and releases, which have no answer. */
    void tell(QuotaEffects effects) {
        for (LeaseReport report : effects.reports()) {
            leases.report(report);
        }
        for (QuotaEffects.Release release : effects.releases()) {
            logged(admissions.release(release.clientId(), release.id(), DEADLINE_MILLIS));
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
