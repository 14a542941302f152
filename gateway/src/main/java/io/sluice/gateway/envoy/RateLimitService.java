package io.sluice.gateway.envoy;

import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitServiceGrpc;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.client.Admissions;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.gateway.CallDeadline;
import io.sluice.gateway.envoy.ChargedHits.Decided;
import io.sluice.schemas.WireException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * {@code envoy.service.ratelimit.v3.RateLimitService}: may all of these descriptors happen now?
 *
 * <p>An error of the cluster is an error of the call, so that Envoy does what its configuration says of failures.
 */
public final class RateLimitService extends RateLimitServiceGrpc.RateLimitServiceImplBase {
    private final HitCharging charging;
    private final Supplier<Ruleset> ruleset;
    private final long deadlineMillis;
    private final EnvoyMeters meters;
    private final Counter overrides;

    /**
     * The service.
     *
     * @param ruleset what is in force as far as this process knows
     * @param deadlineMillis how long a call waits whose own deadline is later
     */
    public RateLimitService(
            Admissions admissions, Supplier<Ruleset> ruleset, long deadlineMillis, MeterRegistry registry) {
        this.charging = new HitCharging(admissions, "ratelimit", registry);
        this.ruleset = ruleset;
        this.deadlineMillis = deadlineMillis;
        this.meters = new EnvoyMeters("ratelimit", registry);
        this.overrides = Counter.builder("sluice.gateway.overrides.ignored")
                .description("Descriptors with a limit of their own, which Sluice does not take from callers")
                .register(registry);
    }

    @Override
    public void shouldRateLimit(RateLimitRequest question, StreamObserver<RateLimitResponse> caller) {
        UnaryAnswer<RateLimitResponse> answer = new UnaryAnswer<>(caller, meters);
        Ruleset rules = ruleset.get();
        List<Hit> hits;
        try {
            hits = RateLimitQuestions.hits(rules.envoy(), question);
        } catch (WireException e) {
            answer.refuse(Status.INVALID_ARGUMENT, e.field() + ": " + e.detail());
            return;
        }
        if (!answer.allows(hits)) {
            return;
        }
        for (RateLimitDescriptor descriptor : question.getDescriptorsList()) {
            if (descriptor.hasLimit()) {
                overrides.increment();
            }
        }
        CompletableFuture<ChargedHits> unused = charging.charge(hits, CallDeadline.millis(deadlineMillis))
                .whenComplete((charged, failure) -> answer.complete(
                        charged,
                        failure,
                        decided -> RateLimitAnswers.of(decided, hits.size(), rules),
                        Decided::allowed));
    }
}
