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
 * The admissions of a process with a gateway. They are ready only after the gateway has warmed up, too: by default an
 * Envoy waits 20 milliseconds for a verdict, which a Java process that has just started would exceed.
 *
 * <p>The warm-up uses accounts that nobody else can name. Most of its calls are explanations: they go through Kafka
 * and the ledger like every request, but leave no decision. A few are peeks and reservations of cost 0, which leave
 * decisions. No call takes a token.
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

    /** The prefix of the warm-up's accounts. */
    String warmUpPrefix() {
        return warmUpPrefix;
    }

    /** Whether the cluster answers, whether or not the gateway has warmed up. */
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
