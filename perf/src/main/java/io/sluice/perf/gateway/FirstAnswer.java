package io.sluice.perf.gateway;

import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitServiceGrpc;
import io.grpc.ManagedChannel;
import java.util.concurrent.TimeUnit;

/** Waits for a server that does not say when it is ready. */
final class FirstAnswer {
    private static final long SECONDS = 30;

    private FirstAnswer() {}

    /** Returns once the server has answered a question; connects as often as that takes. */
    static void await(GrpcChannels channels) {
        ManagedChannel channel = channels.of(0);
        Object unused = RateLimitServiceGrpc.newBlockingStub(channel)
                .withWaitForReady()
                .withDeadlineAfter(SECONDS, TimeUnit.SECONDS)
                .shouldRateLimit(EnvoyQuestion.exact("first", 1).get(0).message());
    }
}
