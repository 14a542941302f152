package io.sluice.gateway.quota;

import io.envoyproxy.envoy.service.rate_limit_quota.v3.RateLimitQuotaResponse;
import io.envoyproxy.envoy.service.rate_limit_quota.v3.RateLimitQuotaServiceGrpc;
import io.envoyproxy.envoy.service.rate_limit_quota.v3.RateLimitQuotaUsageReports;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.client.Admissions;
import io.sluice.client.LeaseService;
import io.sluice.schemas.reply.Revocation;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code StreamRateLimitQuotas}: lends tokens of the ledger to Envoys, which then answer by themselves.
 *
 * <pre>
 *   Envoy --- usage of buckets ---&gt; QuotaStream --- lease, lease report ---&gt; ledger
 *     ^                                  |  ^                                  |
 *     +---- DENY_ALL, token bucket ------+  +------ tokens, revocations -------+
 * </pre>
 *
 * <p>An Envoy admits only what the ledger has debited; see the guarantee G15.
 */
public final class QuotaService extends RateLimitQuotaServiceGrpc.RateLimitQuotaServiceImplBase
        implements AutoCloseable, LeaseService.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(QuotaService.class);
    private static final long TICK_MILLIS = 100;
    private static final Status STOPS = Status.UNAVAILABLE.withDescription("the server stops");

    private final QuotaConfig config;
    private final QuotaMapping mapping;
    private final QuotaMeters meters = new QuotaMeters();
    private final QuotaLedger ledger;
    private final BucketRoom room;
    private final Set<QuotaCall> calls = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, task -> {
        Thread daemon = new Thread(task, "sluice-gateway-quota");
        daemon.setDaemon(true);
        return daemon;
    });
    private volatile boolean closed;

    /**
     * The services that it uses.
     *
     * @param admissions admissions without a fast path, for requests that the ledger does not lend for
     */
    public record Backend(Admissions admissions, LeaseService leases) {}

    private QuotaService(QuotaConfig config, QuotaMapping mapping, Backend backend) {
        this.config = config;
        this.mapping = mapping;
        this.ledger = new QuotaLedger(backend.admissions(), backend.leases(), meters, System::nanoTime);
        this.room = new BucketRoom(config.bounds().bucketsMax());
    }

    /** Starts the service; close it before the backend. */
    public static QuotaService start(
            QuotaConfig config, QuotaMapping mapping, Backend backend, MeterRegistry registry) {
        QuotaService service = new QuotaService(config, mapping, backend);
        service.meters.bindTo(registry, service.room, service.calls::size);
        backend.leases().listen(service);
        ScheduledFuture<?> unused = service.thread.scheduleWithFixedDelay(
                () -> service.each(QuotaCall::tick), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        return service;
    }

    @Override
    public StreamObserver<RateLimitQuotaUsageReports> streamRateLimitQuotas(
            StreamObserver<RateLimitQuotaResponse> envoy) {
        QuotaStream stream = new QuotaStream(config, ofCaller(Context.current()), room, meters, ledger.nanoTime());
        QuotaCall call =
                new QuotaCall(stream, ledger, (ServerCallStreamObserver<RateLimitQuotaResponse>) envoy, calls::remove);
        call.open();
        calls.add(call);
        if (closed) {
            end(call, STOPS);
        }
        return call;
    }

    /** The mapping as the caller of a stream may use it, whichever thread asks. */
    private QuotaMapping ofCaller(Context context) {
        return (domain, bucketId) -> {
            Context before = context.attach();
            try {
                return mapping.request(domain, bucketId);
            } finally {
                context.detach(before);
            }
        };
    }

    private static void end(QuotaCall call, Status status) {
        try {
            call.close(status, /* tellEnvoy= */ true);
        } catch (RuntimeException | Error e) {
            LOG.warn("an Envoy could not be told that its stream ends", e);
        }
    }

    @Override
    public void revoked(Revocation revocation) {
        forAll(call -> call.revoked(revocation));
    }

    @Override
    public void interrupted() {
        forAll(QuotaCall::interrupted);
    }

    /** Runs on a separate thread, because the one that reads replies must not wait for the locks of streams. */
    private void forAll(Consumer<QuotaCall> step) {
        try {
            thread.execute(() -> each(step));
        } catch (RejectedExecutionException e) {
            LOG.debug("streams are closed already", e);
        }
    }

    /** A defect ends the stream that it is in, and neither the work on others nor what is run over and over. */
    private void each(Consumer<QuotaCall> step) {
        for (QuotaCall call : calls) {
            try {
                step.accept(call);
            } catch (RuntimeException | Error e) {
                LOG.error("the work on the quotas of an Envoy failed", e);
                end(call, Status.INTERNAL.withDescription("the work on its quotas failed"));
            }
        }
    }

    /** Ends all streams. Envoys continue with their tokens, and then by their own configuration. */
    @Override
    public void close() {
        closed = true;
        thread.shutdownNow();
        calls.forEach(call -> end(call, STOPS));
    }
}
