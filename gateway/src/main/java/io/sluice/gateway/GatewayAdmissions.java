package io.sluice.gateway;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Admissions;
import io.sluice.client.Answer;
import io.sluice.client.ExplainedAdmissions;
import io.sluice.client.ForwardingAdmissions;
import io.sluice.client.Readiness;
import io.sluice.schemas.request.AdmissionRequest;
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
public final class GatewayAdmissions extends ForwardingAdmissions {
    private final Admissions explained;
    private final String warmUpPrefix = "sluice-warm-up-" + UUID.randomUUID() + "-";
    private volatile boolean warm;

    /** The cluster, until {@link #warm} not ready. */
    public GatewayAdmissions(Admissions admissions) {
        super(admissions);
        this.explained = new ExplainedAdmissions(admissions);
    }

    /** How the accounts of the warm-up begin. */
    String warmUpPrefix() {
        return warmUpPrefix;
    }

    /** Whether the cluster answers, whatever the gateway's own state. */
    boolean isClusterReady() {
        return super.readiness().ready();
    }

    /** The gateway has warmed up. */
    void warm() {
        warm = true;
    }

    @Override
    public CompletableFuture<Answer<AdmissionVerdict>> admit(AdmissionRequest request, long deadlineMillis) {
        if (!warm && request.cost() > 0 && request.clientId().account().startsWith(warmUpPrefix)) {
            return explained.admit(request, deadlineMillis);
        }
        return super.admit(request, deadlineMillis);
    }

    @Override
    public Readiness readiness() {
        Readiness cluster = super.readiness();
        return warm || !cluster.ready() ? cluster : new Readiness(false, "the gateway is warming up");
    }
}
