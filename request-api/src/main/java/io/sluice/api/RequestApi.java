package io.sluice.api;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpResponseException;
import io.javalin.util.JavalinBindException;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
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
import io.sluice.api.explain.ExplainRoutes;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.http.Responder;
import io.sluice.api.http.ServerErrors;
import io.sluice.api.ops.OpsRoutes;
import io.sluice.api.rulesets.ProposalRoutes;
import io.sluice.api.rulesets.RevisionRoutes;
import io.sluice.schemas.codec.AdmissionBody;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.SettleRequest;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The REST front end: a data port for admissions and an admin port for operations.
 *
 * <pre>
 *   data port   (behind the DataGate)
 *               POST /v1/admissions            AdmissionHandler
 *               POST /v1/admissions/batch      BatchHandler
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
 *   both        GET  /healthz /readyz /metrics OpsRoutes       (open)
 * </pre>
 */
public final class RequestApi implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RequestApi.class);
    /** Longer than any deadline: every answer is there before the server gives up on it. */
    private static final long ASYNC_MILLIS_MAX =
            AdmissionBody.DEADLINE_MILLIS_MAX + AdmissionRequest.WAIT_MILLIS_MAX + 10_000;

    private static final int ADMIN_THREADS_MAX = 8;
    private static final int THREADS_MIN = 4;
    /** An encoded slash in a client ID is meant as one. */
    private static final UriCompliance URIS = UriCompliance.from("DEFAULT,AMBIGUOUS_PATH_SEPARATOR");

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
        Responder responder = new Responder(registry);
        OpsRoutes ops = new OpsRoutes(dataPlane.admissions(), registry);
        DataGate dataGate =
                new DataGate(dataPlane.access(), dataPlane.admissions(), responder, new Refusals(registry, "data"));
        Javalin data = server(config, config.dataPort(), config.bounds().threadsMax(), routes -> {
            addAdmissions(routes, dataGate, responder, config);
            ops.addTo(routes);
        });
        Javalin admin = server(config, config.adminPort(), ADMIN_THREADS_MAX, routes -> {
            ops.addAdminTo(routes);
            if (adminPlane != null) {
                Gate gate = new Gate(adminPlane.access(), responder, new Refusals(registry, "admin"));
                int bodyBytesMax = config.bounds().batchBytesMax();
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

    /** What asks for an account: every handler gets the cluster from the gate, as far as its caller may use it. */
    private static void addAdmissions(
            RoutesConfig routes, DataGate gate, Responder responder, RequestApiConfig config) {
        routes.post(
                "/v1/admissions",
                gate.to(AdmissionHandler.ENDPOINT, mine -> new AdmissionHandler(mine, responder, config)));
        routes.post(
                "/v1/admissions/batch",
                gate.to(BatchHandler.ENDPOINT, mine -> new BatchHandler(mine, responder, config)));
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

    private static Javalin server(RequestApiConfig config, int port, int threadsMax, Consumer<RoutesConfig> routes) {
        return Javalin.create(javalin -> {
            javalin.startup.showJavalinBanner = false;
            javalin.startup.showOldJavalinVersionWarning = false;
            javalin.startup.startupWatcherEnabled = false;
            javalin.http.prefer405over404 = true;
            javalin.http.asyncTimeout = ASYNC_MILLIS_MAX;
            javalin.http.maxRequestSize = config.bounds().batchBytesMax();
            javalin.jetty.threadPool = new QueuedThreadPool(threadsMax, THREADS_MIN);
            configureJetty(javalin, config, port);
            routes.accept(javalin.routes);
            addErrors(javalin.routes);
        });
    }

    private static void configureJetty(JavalinConfig javalin, RequestApiConfig config, int port) {
        javalin.jetty.addConnector((server, http) -> {
            ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
            connector.setHost(config.host());
            connector.setPort(port);
            connector.setAcceptQueueSize(config.bounds().acceptsMax());
            return connector;
        });
        javalin.jetty.modifyHttpConfiguration(http -> configureHttp(http, config));
        javalin.jetty.modifyServer(server -> server.setErrorHandler(new ServerErrors()));
        javalin.jetty.modifyServletContextHandler(handler -> {
            handler.getServletHandler().setDecodeAmbiguousURIs(true);
            handler.setErrorHandler(new ServerErrors());
        });
    }

    private static void configureHttp(HttpConfiguration http, RequestApiConfig config) {
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(config.bounds().headerBytesMax());
        http.setIdleTimeout(config.bounds().idleMillisMax());
        http.setUriCompliance(URIS);
    }

    private static void addErrors(RoutesConfig routes) {
        routes.exception(HttpResponseException.class, (e, context) -> Responder.send(context, answer(e, context)));
        routes.exception(Exception.class, (e, context) -> {
            LOG.error("{} {} failed", context.method(), context.path(), e);
            Responder.send(context, Problem.INTERNAL.answer("the request could not be answered"));
        });
    }

    private static HttpAnswer answer(HttpResponseException e, Context context) {
        Problem problem = Problem.ofStatus(e.getStatus());
        if (problem == Problem.NOT_FOUND) {
            return problem.answer("no such resource");
        }
        String methods = e.getDetails().get("availableMethods");
        if (problem == Problem.METHOD_NOT_ALLOWED && methods != null) {
            String allowed = String.join(", ", new TreeSet<>(List.of(methods.split(",\\s*"))));
            return problem.answer(context.method() + " (expected: " + allowed + ")")
                    .with(Map.of("Allow", allowed));
        }
        return problem.answer(String.valueOf(e.getMessage()));
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
