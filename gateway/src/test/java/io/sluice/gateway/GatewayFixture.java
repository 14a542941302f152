package io.sluice.gateway;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.ruleset.RulesetCompiler;
import io.sluice.gateway.envoy.AuthorizationService;
import io.sluice.gateway.envoy.RateLimitService;
import io.sluice.schemas.codec.DocumentTree;
import java.util.List;

/** A gateway on a free port, over a scripted cluster, and a channel to it. */
public final class GatewayFixture implements AutoCloseable {
    public final ScriptedCluster cluster = new ScriptedCluster();
    public final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    public final GatewayServer server;
    public final ManagedChannel channel;

    private GatewayFixture(String rulesetJson, GatewayConfig config, GatewayCallers callers) throws Exception {
        Ruleset ruleset = RulesetCompiler.compile(3, DocumentTree.ofJson(rulesetJson));
        GatewayAdmissions admissions = new GatewayAdmissions(cluster);
        server = GatewayServer.start(
                config,
                admissions,
                callers,
                List.of(
                        new RateLimitService(admissions, () -> ruleset, 1_000, registry),
                        new AuthorizationService(admissions, () -> ruleset, 1_000, registry)),
                registry);
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.number())
                .usePlaintext()
                .build();
    }

    public static GatewayFixture start() throws Exception {
        return start("{\"limits\": []}");
    }

    public static GatewayFixture start(String rulesetJson) throws Exception {
        return new GatewayFixture(rulesetJson, GatewayConfig.standard("127.0.0.1", 0), GatewayCallers.EVERYBODY);
    }

    public static GatewayFixture start(GatewayConfig config, GatewayCallers callers) throws Exception {
        return new GatewayFixture("{\"limits\": []}", config, callers);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.close();
    }
}
