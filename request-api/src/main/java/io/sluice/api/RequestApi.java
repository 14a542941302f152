package io.sluice.api;

import io.javalin.Javalin;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Handler;
import io.javalin.util.JavalinBindException;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.api.access.CallerRoutes;
import io.sluice.api.access.DataGate;
import io.sluice.api.access.Gate;
import io.sluice.api.access.KnownCallers;
import io.sluice.api.access.Refusals;
import io.sluice.api.accounts.ProfileRoutes;
import io.sluice.api.admission.AdmissionHandler;
import io.sluice.api.admission.AtomicBatchHandler;
import io.sluice.api.admission.BatchHandler;
import io.sluice.api.admission.QuotaHandler;
import io.sluice.api.admission.ReservationHandler;
import io.sluice.api.admission.SettlementHandler;
import io.sluice.api.direct.BodyKeeping;
import io.sluice.api.direct.BodyRoom;
import io.sluice.api.direct.DirectHandler;
import io.sluice.api.direct.DirectRoutes;
import io.sluice.api.direct.Exchange;
import io.sluice.api.explain.ExplainRoutes;
import io.sluice.api.http.RequestMeters;
import io.sluice.api.http.Responder;
import io.sluice.api.http.RetryAdvice;
import io.sluice.api.ops.OpsRoutes;
import io.sluice.api.ops.Scrapes;
import io.sluice.api.rulesets.ProposalRoutes;
import io.sluice.api.rulesets.RevisionRoutes;
import io.sluice.schemas.request.SettleRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The REST front end: a data port for admissions and an admin port for operations.
 *
 * <pre>
 *   data port   (behind the DataGate)
 *               POST /v1/admissions            AdmissionHandler  (past Javalin, see DirectRoutes)
 *               POST /v1/admissions/batch      BatchHandler      (past Javalin)
 *               POST /v1/admissions/atomic     AtomicBatchHandler
 *               POST /v1/admissions/{id}/release, /v1/reservations/{id}/commit, .../cancel
 *                                              SettlementHandler
 *               POST /v1/reservations          ReservationHandler
 *               GET  /v1/clients/{id}/quota    QuotaHandler
 *               GET  /openapi.yaml             OpsRoutes       (open; past Javalin)
 *   admin port  /v1/rulesets/proposals...      ProposalRoutes  (behind the Gate)
 *               /v1/rulesets... /v1/audit      RevisionRoutes  (behind the Gate)
 *               /v1/accounts/{account}...      ProfileRoutes   (behind the Gate)
 *               POST /v1/explain               ExplainRoutes   (behind the Gate)
 *               GET  /v1/caller                CallerRoutes    (behind the Gate)
 *               GET  /openapi-admin.yaml       OpsRoutes       (open; past Javalin)
 *   both        GET  /healthz /readyz /metrics OpsRoutes       (open; past Javalin)
 *               GET  /json-schema/{name}       OpsRoutes       (open)
 * </pre>
 */
public final class RequestApi implements AutoCloseable {
    private static final int ADMIN_THREADS_MAX = 8;

    private static final String DATA = "data";
    private static final String ADMIN = "admin";

    private final Javalin data;
    private final Javalin admin;
    private final Scrapes scrapes;

    private RequestApi(Javalin data, Javalin admin, Scrapes scrapes) {
        this.data = data;
        this.admin = admin;
        this.scrapes = scrapes;
    }

    /** Opens both ports, without rulesets on the admin port. */
    public static RequestApi start(RequestApiConfig config, DataPlane dataPlane, PrometheusMeterRegistry registry)
            throws RequestApiStartException {
        return start(config, dataPlane, /* adminPlane= */ null, registry);
    }

    /**
     * Opens both ports.
     *
     * @param adminPlane rulesets for the admin port; null for none
     * @throws RequestApiStartException if a port is in use
     */
    public static RequestApi start(
            RequestApiConfig config,
            DataPlane dataPlane,
            @Nullable AdminPlane adminPlane,
            PrometheusMeterRegistry registry)
            throws RequestApiStartException {
        Scrapes scrapes = new Scrapes(registry);
        OpsRoutes ops = new OpsRoutes(dataPlane.admissions(), scrapes);
        Shared shared = new Shared(
                config,
                registry,
                new Exchange.Sending(
                        new RequestMeters(registry),
                        new RetryAdvice(dataPlane.admissions()::readiness, System::nanoTime)),
                new BodyRoom(
                        config.bounds().bodiesBytesMax(),
                        config.bounds().patience().bodyMillisMax(),
                        registry));
        Javalin data = dataServer(shared, dataPlane, ops);
        Javalin admin = adminServer(shared, dataPlane, adminPlane, ops);
        RequestApi api = new RequestApi(data, admin, scrapes);
        try {
            open("http port " + config.host() + ":" + config.dataPort(), data);
            open("admin port " + config.host() + ":" + config.adminPort(), admin);
        } catch (RequestApiStartException e) {
            api.close();
            throw e;
        }
        return api;
    }

    /** What both ports are made with. */
    private record Shared(
            RequestApiConfig config, PrometheusMeterRegistry registry, Exchange.Sending sending, BodyRoom room) {
        Responder responder() {
            return new Responder(sending.meters(), sending.advice());
        }

        Javalin server(
                HttpPort.Port port, HttpPort.Guard guard, DirectRoutes direct, Consumer<RoutesConfig> resources) {
            return HttpPort.server(config, port, guard, javalin -> {
                javalin.jetty.modifyServer(server -> server.insertHandler(direct));
                resources.accept(javalin.routes);
            });
        }
    }

    private static Javalin dataServer(Shared shared, DataPlane plane, OpsRoutes ops) {
        RequestApiConfig config = shared.config();
        Responder responder = shared.responder();
        DataGate gate =
                new DataGate(plane.access(), plane.admissions(), responder, new Refusals(shared.registry(), DATA));
        Map<String, DirectRoutes.Route> routes = new HashMap<>(ops.data());
        routes.putAll(directRoutes(gate, config));
        DirectRoutes direct = new DirectRoutes(
                routes,
                new KnownCallers(plane.access()),
                config.bounds().bodyBytesMax(),
                shared.room(),
                shared.sending());
        HttpPort.Port port =
                new HttpPort.Port(DATA, config.dataPort(), config.bounds().threadsMax(), shared.registry());
        return shared.server(port, gate::refusalOf, direct, resources -> {
            OpsRoutes.addSchemasTo(resources);
            addAdmissions(resources, gate, responder, config);
        });
    }

    private static Javalin adminServer(
            Shared shared, DataPlane dataPlane, @Nullable AdminPlane adminPlane, OpsRoutes ops) {
        RequestApiConfig config = shared.config();
        int bodyBytesMax = config.bounds().batchBytesMax();
        DirectRoutes direct = new DirectRoutes(
                ops.admin(),
                adminPlane == null ? BodyKeeping.NOBODY : new KnownCallers(adminPlane.access()),
                bodyBytesMax,
                shared.room(),
                shared.sending());
        HttpPort.Port port = new HttpPort.Port(ADMIN, config.adminPort(), ADMIN_THREADS_MAX, shared.registry());
        Gate gate = adminPlane == null
                ? null
                : new Gate(adminPlane.access(), shared.responder(), new Refusals(shared.registry(), ADMIN));
        HttpPort.Guard guard = gate == null ? context -> null : gate::refusalOf;
        return shared.server(port, guard, direct, routes -> {
            OpsRoutes.addSchemasTo(routes);
            if (adminPlane != null && gate != null) {
                new CallerRoutes(gate).addTo(routes);
                new ProposalRoutes(adminPlane.plane(), gate, bodyBytesMax).addTo(routes);
                new ProfileRoutes(adminPlane.plane(), gate, bodyBytesMax).addTo(routes);
                new RevisionRoutes(adminPlane.plane(), gate, bodyBytesMax).addTo(routes);
                new ExplainRoutes(dataPlane.admissions(), gate, config).addTo(routes);
            }
        });
    }

    /** What is asked most, past Javalin. */
    private static Map<String, DirectRoutes.Route> directRoutes(DataGate gate, RequestApiConfig config) {
        DirectHandler admissions = gate.directlyTo(mine -> new AdmissionHandler(mine, config));
        DirectHandler batches = gate.directlyTo(mine -> new BatchHandler(mine, config));
        DirectHandler otherMethods = gate.directlyTo(mine -> Exchange::refuseMethod);
        return Map.of(
                "/v1/admissions", new DirectRoutes.Route(AdmissionHandler.ENDPOINT, admissions, otherMethods),
                "/v1/admissions/batch", new DirectRoutes.Route(BatchHandler.ENDPOINT, batches, otherMethods));
    }

    /** What asks for an account: every handler gets the cluster from the gate, as far as its caller may use it. */
    private static void addAdmissions(
            RoutesConfig routes, DataGate gate, Responder responder, RequestApiConfig config) {
        routes.post(
                "/v1/admissions/atomic",
                gate.to(AtomicBatchHandler.ENDPOINT, mine -> new AtomicBatchHandler(mine, responder, config)));
        routes.post(
                "/v1/reservations",
                gate.to(ReservationHandler.ENDPOINT, mine -> new ReservationHandler(mine, responder, config)));
        Function<SettleRequest.Verb, Handler> settlement =
                verb -> gate.to(verb.wireName(), mine -> new SettlementHandler(verb, mine, responder, config));
        routes.post("/v1/reservations/{id}/commit", settlement.apply(SettleRequest.Verb.COMMIT));
        routes.post("/v1/reservations/{id}/cancel", settlement.apply(SettleRequest.Verb.CANCEL));
        routes.post("/v1/admissions/{id}/release", settlement.apply(SettleRequest.Verb.RELEASE));
        routes.get(
                "/v1/clients/<clientId>/quota",
                gate.to(QuotaHandler.ENDPOINT, mine -> new QuotaHandler(mine, responder, config)));
    }

    private static void open(String name, Javalin server) throws RequestApiStartException {
        try {
            server.start();
        } catch (JavalinBindException e) {
            throw new RequestApiStartException(name + " is in use", e);
        }
    }

    public int dataPort() {
        return data.port();
    }

    public int adminPort() {
        return admin.port();
    }

    @Override
    public void close() {
        data.stop();
        admin.stop();
        scrapes.close();
    }
}
