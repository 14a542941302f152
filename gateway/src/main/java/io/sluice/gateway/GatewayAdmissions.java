package io.sluice.gateway;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Admissions;
import io.sluice.client.Answer;
import io.sluice.client.PartitionHealth;
import io.sluice.client.Readiness;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.HoldNames;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.SettleRequest;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * The cluster of a process with a gateway. It is ready once the gateway has warmed up, too: an Envoy gives a verdict 20
 * milliseconds unless it is told otherwise, and a Java process that has just started would miss that for its first
 * callers.
 *
 * <p>A warm-up asks for accounts that nobody else can name. Most of its calls are only explained: that goes the way of
 * every request, through Kafka and the ledger, and leaves no record for analysts. A few are peeks, and reservations of
 * nothing, which are recorded. No call takes a token.
 */
public final class GatewayAdmissions implements Admissions {
    private final Admissions admissions;
    private final String warmUpPrefix = "sluice-warm-up-" + UUID.randomUUID() + "-";
    private volatile boolean warm;

    /** The cluster, until {@link #warm} not ready. */
    public GatewayAdmissions(Admissions admissions) {
        this.admissions = admissions;
    }

    /** How the accounts of the warm-up begin. */
    String warmUpPrefix() {
        return warmUpPrefix;
    }

    /** Whether the cluster answers, whatever the gateway's own state. */
    boolean isClusterReady() {
        return admissions.readiness().ready();
    }

    /** The gateway has warmed up. */
    void warm() {
        warm = true;
    }

    @Override
    public CompletableFuture<Answer<AdmissionVerdict>> admit(AdmissionRequest request, long deadlineMillis) {
        if (!warm && request.cost() > 0 && request.clientId().account().startsWith(warmUpPrefix)) {
            return admissions.explain(request, deadlineMillis).thenApply(GatewayAdmissions::explained);
        }
        return admissions.admit(request, deadlineMillis);
    }

    private static Answer<AdmissionVerdict> explained(Answer<Explanation> answer) {
        Explanation explanation = answer.orNull();
        if (explanation == null) {
            return new Answer.Unavailable<>("no explanation in time");
        }
        // It names what the request would hold; nothing does, so that there is nothing to settle.
        VerdictDetails details =
                explanation.details().toBuilder().held(HoldNames.NOTHING).build();
        return new Answer.Answered<>(
                new AdmissionVerdict.Local(null, details, new AdmissionVerdict.Denial(explanation.correlationId())));
    }

    @Override
    public CompletableFuture<Answer<BatchVerdict>> admitAll(BatchRequest request, long deadlineMillis) {
        return admissions.admitAll(request, deadlineMillis);
    }

    @Override
    public CompletableFuture<Answer<SettlementReply>> settle(SettleRequest request, long deadlineMillis) {
        return admissions.settle(request, deadlineMillis);
    }

    @Override
    public CompletableFuture<Answer<QuotaReport>> quota(ClientId clientId, long deadlineMillis) {
        return admissions.quota(clientId, deadlineMillis);
    }

    @Override
    public CompletableFuture<Answer<Explanation>> explain(AdmissionRequest request, long deadlineMillis) {
        return admissions.explain(request, deadlineMillis);
    }

    @Override
    public Readiness readiness() {
        Readiness cluster = admissions.readiness();
        return warm || !cluster.ready() ? cluster : new Readiness(false, "the gateway is warming up");
    }

    @Override
    public List<PartitionHealth> partitions() {
        return admissions.partitions();
    }
}
