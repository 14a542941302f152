package io.sluice.gateway.quota;

import io.envoyproxy.envoy.service.rate_limit_quota.v3.RateLimitQuotaResponse;
import io.envoyproxy.envoy.service.rate_limit_quota.v3.RateLimitQuotaUsageReports;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.sluice.schemas.reply.Revocation;
import java.util.List;
import java.util.function.Consumer;

/**
 * One open gRPC stream: it passes messages in and out, and performs the effects of its {@link QuotaStream}.
 *
 * <p>If an Envoy reads slowly, its messages stay in the stream, at most one for each bucket.
 */
final class QuotaCall implements StreamObserver<RateLimitQuotaUsageReports> {
    /** Buckets of one message. */
    private static final int MESSAGE_BUCKETS_MAX = 100;

    private final QuotaStream stream;
    private final QuotaLedger ledger;
    private final ServerCallStreamObserver<RateLimitQuotaResponse> envoy;
    private final Consumer<QuotaCall> ended;
    // Guarded by the lock of this, which only sending takes.
    private boolean closed;

    QuotaCall(
            QuotaStream stream,
            QuotaLedger ledger,
            ServerCallStreamObserver<RateLimitQuotaResponse> envoy,
            Consumer<QuotaCall> ended) {
        this.stream = stream;
        this.ledger = ledger;
        this.envoy = envoy;
        this.ended = ended;
    }

    /** Begins; the call must not have been answered yet. */
    void open() {
        envoy.setOnReadyHandler(this::send);
        envoy.setOnCancelHandler(() -> close(/* status= */ Status.CANCELLED, /* tellEnvoy= */ false));
    }

    @Override
    public void onNext(RateLimitQuotaUsageReports reports) {
        work(effects -> {
            List<BucketUsage> usages = AssignmentMessages.usages(reports);
            if (!stream.reported(reports.getDomain(), usages, ledger.nanoTime(), effects)) {
                close(
                        Status.INVALID_ARGUMENT.withDescription("domain: empty (expected: given in the first report)"),
                        /* tellEnvoy= */ true);
            }
        });
    }

    @Override
    public void onError(Throwable failure) {
        close(Status.CANCELLED, /* tellEnvoy= */ false);
    }

    @Override
    public void onCompleted() {
        close(Status.OK, /* tellEnvoy= */ true);
    }

    void tick() {
        if (stream.isSilent(ledger.nanoTime())) {
            ledger.meters().silent();
            close(
                    Status.UNAVAILABLE.withDescription("no usage report for too long (expected: one every 5 s)"),
                    /* tellEnvoy= */ true);
            return;
        }
        work(effects -> stream.tick(ledger.nanoTime(), effects));
    }

    void revoked(Revocation revocation) {
        work(effects -> stream.revoked(revocation, ledger.nanoTime(), effects));
    }

    void interrupted() {
        work(effects -> stream.interrupted(ledger.nanoTime(), effects));
    }

    private void work(Consumer<QuotaEffects> step) {
        QuotaEffects effects = new QuotaEffects();
        try {
            step.accept(effects);
        } finally {
            // What was found before a defect is done all the same: its buckets wait for it.
            perform(effects);
        }
    }

    /** Performs effects; holds no lock. */
    private void perform(QuotaEffects effects) {
        ledger.tell(effects);
        effects.asks().forEach(this::ask);
        send();
    }

    private void ask(QuotaEffects.Ask ask) {
        if (ask instanceof QuotaEffects.AskLease lease) {
            ledger.ask(lease, answer -> work(more -> stream.leased(lease, answer, ledger.nanoTime(), more)));
        } else if (ask instanceof QuotaEffects.AskAdmission admission) {
            ledger.ask(admission, answer -> work(more -> stream.admitted(admission, answer, ledger.nanoTime(), more)));
        } else if (ask instanceof QuotaEffects.AskWhether whether) {
            ledger.ask(whether, answer -> work(more -> stream.explained(whether, answer, ledger.nanoTime(), more)));
        }
    }

    private void send() {
        QuotaEffects effects = new QuotaEffects();
        synchronized (this) {
            while (!closed && envoy.isReady()) {
                List<Assignment> assignments = stream.take(MESSAGE_BUCKETS_MAX, ledger.nanoTime(), effects);
                if (assignments.isEmpty()) {
                    break;
                }
                envoy.onNext(AssignmentMessages.response(assignments));
            }
        }
        ledger.tell(effects);
    }

    /** Ends the stream, once. */
    void close(Status status, boolean tellEnvoy) {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        try {
            // Nobody else sends anything from now on.
            if (tellEnvoy && status.isOk()) {
                envoy.onCompleted();
            } else if (tellEnvoy) {
                envoy.onError(status.asRuntimeException());
            }
        } finally {
            leave();
        }
    }

    /** Gives back what Envoy did not get, and its place; whether or not it was told. */
    private void leave() {
        QuotaEffects effects = new QuotaEffects();
        try {
            stream.close(effects);
        } finally {
            ledger.tell(effects);
            ended.accept(this);
        }
    }
}
