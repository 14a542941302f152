package io.sluice.cli.roles;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.api.DataPlane;
import io.sluice.api.auth.Access;
import io.sluice.api.auth.AllowedAccounts;
import io.sluice.api.auth.KnownCallers;
import io.sluice.api.auth.Permission;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.ApiRoute;
import io.sluice.cli.CommandFailure;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.gateway.GatewayAdmissions;
import io.sluice.gateway.GatewayCallers;
import io.sluice.gateway.GatewayConfig;
import io.sluice.gateway.GatewayServer;
import io.sluice.gateway.GatewayStartException;
import io.sluice.gateway.envoy.AuthorizationService;
import io.sluice.gateway.envoy.QuotaQuestions;
import io.sluice.gateway.envoy.RateLimitJson;
import io.sluice.gateway.envoy.RateLimitService;
import io.sluice.gateway.quota.QuotaConfig;
import io.sluice.gateway.quota.QuotaService;
import io.sluice.schemas.WireException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The gateway of a front end: Envoy's services over gRPC, and the same over HTTP as JSON.
 *
 * @param server the port; to be closed before a data port of the same process, whose last call ends every request
 * @param admissions the cluster, ready once the gateway has warmed up
 * @param routes additional routes for the data port
 */
public record GatewayFrontEnd(GatewayServer server, GatewayAdmissions admissions, List<ApiRoute> routes) {
    private static final int BODY_BYTES_MAX = 64 << 10;

    public GatewayFrontEnd {
        routes = List.copyOf(routes);
    }

    /**
     * Opens the port.
     *
     * @param access who may call
     */
    public static GatewayFrontEnd start(
            Settings settings, FrontEndBackend backend, Access access, FrontEndBackend.Telemetry telemetry)
            throws CommandFailure {
        GatewayConfig config = settings.gateway();
        Supplier<Ruleset> ruleset = backend.policies()::inForce;
        GatewayAdmissions admissions = new GatewayAdmissions(backend.fast());
        MeterRegistry registry = telemetry.registry();
        try {
            GatewayServer server = telemetry
                    .shutdown()
                    .add(GatewayServer.start(
                            config,
                            admissions,
                            callers(access),
                            List.of(
                                    new RateLimitService(admissions, ruleset, config.deadlineMillis(), registry),
                                    new AuthorizationService(admissions, ruleset, config.deadlineMillis(), registry),
                                    QuotaService.start(
                                            settings.quotas(),
                                            new QuotaQuestions(ruleset),
                                            new QuotaService.Backend(
                                                    backend.ledger().withoutFailurePolicies(), backend.ledger()),
                                            registry)),
                            registry));
            return new GatewayFrontEnd(
                    server,
                    admissions,
                    List.of(json(new RateLimitJson(admissions, ruleset, config.deadlineMillis(), registry))));
        } catch (GatewayStartException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }

    /** The settings of the gateway and of quotas for Envoys. */
    public record Settings(GatewayConfig gateway, QuotaConfig quotas) {}

    /** The number of the port. */
    public int port() {
        return server.number();
    }

    /** The services of a data port in the same process as this gateway. */
    public DataPlane dataPlane(Access access) {
        return new DataPlane(admissions, access, routes);
    }

    private static GatewayCallers callers(Access access) {
        KnownCallers known = new KnownCallers(access);
        return authorization -> {
            AllowedAccounts accounts = known.accounts(authorization);
            return accounts == null ? null : accounts::covers;
        };
    }

    private static ApiRoute json(RateLimitJson endpoint) {
        return ApiRoute.post("/json", Permission.ANY_CALLER, BODY_BYTES_MAX, request -> answer(endpoint, request))
                .named("json");
    }

    private static CompletableFuture<HttpAnswer> answer(RateLimitJson endpoint, ApiRequest request)
            throws WireException {
        return endpoint.answer(request.body(), request.caller().accounts()::covers)
                .thenApply(answer -> HttpAnswer.of(
                                answer.isDecided() ? HttpAnswer.JSON : "text/plain; charset=utf-8",
                                answer.body().getBytes(StandardCharsets.UTF_8))
                        .withStatus(answer.status())
                        .with(answer.fields()));
    }
}
