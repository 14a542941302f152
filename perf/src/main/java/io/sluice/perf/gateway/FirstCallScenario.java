package io.sluice.perf.gateway;

import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitServiceGrpc;
import io.grpc.Channel;
import io.sluice.perf.Scenario;
import io.sluice.perf.Setting;
import io.sluice.perf.process.DevProcess;
import io.sluice.perf.process.GatewayProcess;
import io.sluice.perf.report.Goal;
import io.sluice.perf.report.Row;
import io.sluice.perf.report.Samples;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * What the first callers of a process wait for, once it says that it is ready. Each start is a new process and a new
 * connection; the time includes the connection. Of each kind of call, the first one in a process counts, and the kinds
 * come one after the other.
 *
 * <p>The first start of each kind of process is not counted: it warms up the caller.
 */
public final class FirstCallScenario implements Scenario {
    /** What an Envoy waits unless it is told otherwise. */
    private static final double ENVOY_MILLIS = 20;

    private static final double NANOS_PER_MILLI = 1e6;
    private static final long DEADLINE_SECONDS = 20;
    private static final int WARM_UP_CALLS = 300;

    @Override
    public Listing listing() {
        return Listing.of("18", "first-call").onlyByName();
    }

    /** The kinds of calls, in their order. */
    private enum Kind {
        ONE("one descriptor"),
        AUTHORIZATION("external authorization"),
        ACCOUNTS("two accounts"),
        BATCH("two descriptors of one account");

        private final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    /** Starts a process. */
    @FunctionalInterface
    private interface Start {
        GatewayProcess process() throws Exception;
    }

    @Override
    public List<Row> run(Setting setting) throws Exception {
        int starts = setting.pick(1, 5, 20);
        List<Row> rows = new ArrayList<>(measured(
                "sluice dev", starts, () -> GatewayProcess.withCluster(setting.project(), EnvoyQuestion.RULES)));
        try (DevProcess cluster = DevProcess.start(setting.project(), EnvoyQuestion.RULES)) {
            setting.server().note(cluster.jvm());
            rows.addAll(measured("sluice gateway", starts, () -> GatewayProcess.alone(setting.project(), cluster)));
        }
        return rows;
    }

    private List<Row> measured(String role, int starts, Start start) throws Exception {
        Samples samples = new Samples();
        try (GatewayProcess process = start.process()) {
            Samples unused = new Samples();
            for (int i = 0; i < WARM_UP_CALLS; i++) {
                callEach(process.grpcPort(), "warm-" + i, unused);
            }
        }
        for (int i = 0; i < starts; i++) {
            try (GatewayProcess process = start.process()) {
                callEach(process.grpcPort(), "first-" + i, samples);
            }
        }
        List<Row> rows = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            List<Double> millis = samples.of(kind.text);
            String figure = role + ", first call, " + kind.text;
            rows.add(Row.of(number(), figure + ", p50 of " + starts, "ms", millis)
                    .toReach(Goal.atMost(ENVOY_MILLIS)));
            rows.add(Row.of(number(), figure + ", max", "ms", List.of(Collections.max(millis)))
                    .toReach(Goal.atMost(ENVOY_MILLIS)));
        }
        return rows;
    }

    private static void callEach(int port, String client, Samples samples) throws Exception {
        try (GrpcChannels channels = GrpcChannels.to(port, 1)) {
            Channel channel = channels.of(0);
            for (Kind kind : Kind.values()) {
                samples.add(kind.text, millisOf(call(channel, kind, client)));
            }
        }
    }

    private static double millisOf(Callable<Boolean> call) throws Exception {
        long startNanos = System.nanoTime();
        boolean allowed = call.call();
        double millis = (System.nanoTime() - startNanos) / NANOS_PER_MILLI;
        if (!allowed) {
            throw new IllegalStateException("refused (expected: allowed, for limits are plenty)");
        }
        return millis;
    }

    private static Callable<Boolean> call(Channel channel, Kind kind, String client) {
        return switch (kind) {
            case ONE -> asking(channel, List.of(question(client)));
            case AUTHORIZATION -> checking(channel, client);
            case ACCOUNTS -> asking(channel, List.of(question(client), question(client + "-other")));
            case BATCH -> asking(channel, List.of(question(client), question(client)));
        };
    }

    private static EnvoyQuestion question(String client) {
        return EnvoyQuestion.exact(client, 1).get(0);
    }

    private static Callable<Boolean> asking(Channel channel, List<EnvoyQuestion> questions) {
        RateLimitRequest.Builder asked = RateLimitRequest.newBuilder().setDomain(EnvoyQuestion.DOMAIN);
        questions.forEach(question -> asked.addDescriptors(question.descriptor()));
        RateLimitRequest message = asked.build();
        RateLimitServiceGrpc.RateLimitServiceBlockingStub stub = RateLimitServiceGrpc.newBlockingStub(channel);
        return () -> stub.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                        .shouldRateLimit(message)
                        .getOverallCode()
                == RateLimitResponse.Code.OK;
    }

    private static Callable<Boolean> checking(Channel channel, String client) {
        CheckRequest message = CheckRequest.newBuilder()
                .setAttributes(AttributeContext.newBuilder()
                        .putContextExtensions("domain", EnvoyQuestion.DOMAIN)
                        .putContextExtensions("user_id", client)
                        .setRequest(AttributeContext.Request.newBuilder()
                                .setHttp(AttributeContext.HttpRequest.newBuilder()
                                        .setMethod("GET")
                                        .setPath("/v1/payments")
                                        .setHost("api.example.com"))))
                .build();
        AuthorizationGrpc.AuthorizationBlockingStub stub = AuthorizationGrpc.newBlockingStub(channel);
        return () -> stub.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                        .check(message)
                        .getStatus()
                        .getCode()
                == 0;
    }
}
