package io.sluice.api;

import io.javalin.Javalin;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Handler;
import io.javalin.util.JavalinBindException;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.api.access.CallerRoutes;
import io.sluice.api.access.DataGate;
import io.sluice.api.access.Gate;
import io.sluice.api.access.Refusals;
import io.sluice.api.accounts.ProfileRoutes;
import io.sluice.api.admission.AdmissionHandler;
import io.sluice.api.admission.AtomicBatchHandler;
import io.sluice.api.admission.BatchHandler;
import io.sluice.api.admission.QuotaHandler;
import io.sluice.api.admission.ReservationHandler;
import io.sluice.api.admission.SettlementHandler;
import io.sluice.api.direct.DirectHandler;
import io.sluice.api.direct.DirectRoutes;
import io.sluice.api.direct.Exchange;
import io.sluice.api.explain.ExplainRoutes;
import io.sluice.api.http.RequestMeters;
import io.sluice.api.http.Responder;
import io.sluice.api.http.RetryAdvice;
import io.sluice.api.ops.OpsRoutes;
import io.sluice.api.rulesets.ProposalRoutes;
import io.sluice.api.rulesets.RevisionRoutes;
import io.sluice.schemas.request.SettleRequest;
import java.util.Map;
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
 *               GET  /openapi.yaml             (open)
 *   admin port  /v1/rulesets/proposals...      ProposalRoutes  (behind the Gate)
 *               /v1/rulesets... /v1/audit      RevisionRoutes  (behind the Gate)
 *               /v1/accounts/{account}...      ProfileRoutes   (behind the Gate)
 *               POST /v1/explain               ExplainRoutes   (behind the Gate)
 *               GET  /v1/caller                CallerRoutes    (behind the Gate)
 *   both        GET  /healthz /readyz /metrics OpsRoutes       (open)
 * </pre>
 */
public final class RequestApi implements AutoCloseable {
    private static final int ADMIN_THREADS_MAX = 8;

    private final Javalin data;
    private final Javalin admin;

    private RequestApi(Javalin data, Javalin admin) {
        this.data = data;
        this.admin = admin;
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
        RequestMeters meters = new RequestMeters(registry);
        RetryAdvice advice = new RetryAdvice(dataPlane.admissions()::readiness, System::nanoTime);
        Responder responder = new Responder(meters, advice);
        Exchange.Sending sending = new Exchange.Sending(meters, advice);
        OpsRoutes ops = new OpsRoutes(dataPlane.admissions(), registry);
        DataGate dataGate =
                new DataGate(dataPlane.access(), dataPlane.admissions(), responder, new Refusals(registry, "data"));
        Javalin data = HttpPort.server(
                config, config.dataPort(), config.bounds().threadsMax(), dataGate::refusalOf, javalin -> {
                    javalin.jetty.modifyServer(
                            server -> server.insertHandler(new DirectRoutes(directRoutes(dataGate, config), sending)));
                    addAdmissions(javalin.routes, dataGate, responder, config);
                    ops.addTo(javalin.routes);
                });
        Gate gate =
                adminPlane == null ? null : new Gate(adminPlane.access(), responder, new Refusals(registry, "admin"));
        HttpPort.Guard adminGuard = gate == null ? context -> null : gate::refusalOf;
        Javalin admin = HttpPort.server(config, config.adminPort(), ADMIN_THREADS_MAX, adminGuard, javalin -> {
            RoutesConfig routes = javalin.routes;
            ops.addAdminTo(routes);
            if (adminPlane != null && gate != null) {
                int bodyBytesMax = config.bounds().batchBytesMax();
                new CallerRoutes(gate).addTo(routes);
                new ProposalRoutes(adminPlane.plane(), gate, bodyBytesMax).addTo(routes);
                new ProfileRoutes(adminPlane.plane(), gate, bodyBytesMax).addTo(routes);
                new RevisionRoutes(adminPlane.plane(), gate, bodyBytesMax).addTo(routes);
                new ExplainRoutes(dataPlane.admissions(), gate, config).addTo(routes);
            }
        });
        open("http port " + config.host() + ":" + config.dataPort(), data);
        try {
            open("admin port " + config.host() + ":" + config.adminPort(), admin);
        } catch (RequestApiStartException e) {
            data.stop();
            throw e;
        }
        return new RequestApi(data, admin);
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
    }
}
