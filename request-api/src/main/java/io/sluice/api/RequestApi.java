package io.sluice.api;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.sluice.api.admin.AccessEndpoints;
import io.sluice.api.admin.CallerEndpoint;
import io.sluice.api.admin.ChallengeEndpoint;
import io.sluice.api.admin.CheckEndpoint;
import io.sluice.api.admin.CommandBody;
import io.sluice.api.admin.PenaltyEndpoints;
import io.sluice.api.admin.ProfileEndpoints;
import io.sluice.api.admin.ProposalEndpoints;
import io.sluice.api.admin.RevisionEndpoints;
import io.sluice.api.admin.SignalEndpoints;
import io.sluice.api.alerts.AlertEndpoints;
import io.sluice.api.auth.Access;
import io.sluice.api.auth.AuthFailures;
import io.sluice.api.auth.Authorizer;
import io.sluice.api.auth.Permission;
import io.sluice.api.auth.Role;
import io.sluice.api.console.ConsoleEndpoints;
import io.sluice.api.data.AdmissionEndpoint;
import io.sluice.api.data.AtomicBatchEndpoint;
import io.sluice.api.data.BatchEndpoint;
import io.sluice.api.data.CallerAdmissions;
import io.sluice.api.data.ChallengingAdmissions;
import io.sluice.api.data.ExplainEndpoint;
import io.sluice.api.data.ForwardAuthEndpoint;
import io.sluice.api.data.QuotaEndpoint;
import io.sluice.api.data.ReservationEndpoint;
import io.sluice.api.data.SettlementEndpoint;
import io.sluice.api.decisions.DecisionEndpoints;
import io.sluice.api.events.EventBounds;
import io.sluice.api.events.EventStreams;
import io.sluice.api.ops.OpsEndpoints;
import io.sluice.api.ops.Scrapes;
import io.sluice.api.replay.PastExplanation;
import io.sluice.api.replay.TrialEndpoints;
import io.sluice.api.server.ApiHandler;
import io.sluice.api.server.ApiRoute;
import io.sluice.api.server.BodyRoom;
import io.sluice.api.server.Endpoint;
import io.sluice.api.server.HttpTraces;
import io.sluice.api.server.RequestMeters;
import io.sluice.api.server.RetryAdvice;
import io.sluice.api.server.Sending;
import io.sluice.api.traffic.CountedAdmissions;
import io.sluice.api.traffic.TrafficEndpoint;
import io.sluice.api.usage.UsageEndpoints;
import io.sluice.api.warmup.HttpWarmUp;
import io.sluice.client.Admissions;
import io.sluice.client.Readiness;
import io.sluice.client.rules.RulesView;
import io.sluice.console.Console;
import io.sluice.schemas.request.SettleRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The REST front end: a data port for admissions and an admin port for operations. Every request enters through
 * {@link ApiHandler}; {@link #dataRoutes} and {@link #adminRoutes} name the endpoint that answers it.
 *
 * <pre>
 *   data port   /v1/admissions... /v1/reservations... /v1/clients/{id}/quota    for callers, for their accounts
 *               /v1/accounts/{account}/decisions
 *               /v1/accounts/{account}/usage
 *               /v1/challenges/{token}                                          for callers with the role redeemer
 *               /v1/forward-auth...                                             for callers and trusted gateways
 *   admin port  /v1/rulesets... /v1/audit /v1/accounts/{account}... /v1/explain for callers with the role
 *               /v1/accounts /v1/top /v1/traffic /v1/limits/traffic /v1/events
 *               /v1/alerts /v1/penalties /v1/signals /v1/clients/{id}/quota
 *               /v1/caller                                                      for callers
 *               /openapi-admin.yaml /console... /v1/sign-in                     for everybody
 *   both        /healthz /readyz /metrics /openapi.yaml /json-schema/{name}     for everybody
 * </pre>
 */
public final class RequestApi implements AutoCloseable {
    private static final int ADMIN_THREADS_MAX = 8;

    private static final String DATA = "data";
    private static final String ADMIN = "admin";

    private final HttpPort data;
    private final HttpPort admin;
    private final TrafficEndpoint traffic;
    private final EventStreams events;
    private final Scrapes scrapes;
    private final HttpWarmUp warmUp;

    private RequestApi(HttpPort data, HttpPort admin, Watching watching, Scrapes scrapes, HttpWarmUp warmUp) {
        this.data = data;
        this.admin = admin;
        this.traffic = watching.traffic();
        this.events = watching.events();
        this.scrapes = scrapes;
        this.warmUp = warmUp;
    }

    /** The data of this front end for pages of the console, and its event streams. */
    private record Watching(TrafficEndpoint traffic, EventStreams events) {}

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
        return start(config, dataPlane, adminPlane, registry, OpenTelemetry.noop());
    }

    /**
     * Opens both ports, with a span for each request that is sampled.
     *
     * @param adminPlane rulesets for the admin port; null for none
     * @throws RequestApiStartException if a port is in use
     */
    public static RequestApi start(
            RequestApiConfig config,
            DataPlane dataPlane,
            @Nullable AdminPlane adminPlane,
            PrometheusMeterRegistry registry,
            OpenTelemetry openTelemetry)
            throws RequestApiStartException {
        RequestApiConfig.Bounds bounds = config.bounds();
        Scrapes scrapes = new Scrapes(registry);
        HttpWarmUp warmUp = new HttpWarmUp(
                dataPlane.admissions(),
                (path, admissions) -> warmUpPort(config, path, admissions),
                config.warmUpMillisMax());
        Sending sending = new Sending(
                new BodyRoom(bounds.bodiesBytesMax(), bounds.patience().bodyMillisMax(), registry),
                new RequestMeters(registry),
                new RetryAdvice(dataPlane.admissions()::readiness, System::nanoTime),
                new HttpTraces(openTelemetry));
        List<ApiRoute> both = new OpsEndpoints(warmUp::readiness, scrapes).routes();

        AuthFailures refusals = new AuthFailures(registry, DATA);
        CountedAdmissions counted = new CountedAdmissions(challenging(dataPlane), registry);
        CallerAdmissions admissions = new CallerAdmissions(counted, refusals);
        List<ApiRoute> dataRoutes = joined(
                joined(
                        dataRoutes(admissions, config.deadlineMillis(), bounds),
                        gatewayRoutes(admissions, config, dataPlane)),
                joined(
                        ownAccountRoutes(dataPlane, refusals),
                        challengeRoutes(dataPlane, adminPlane, refusals, bounds)));
        ApiHandler dataHandler = new ApiHandler(
                joined(both, joined(dataRoutes, dataPlane.more())),
                new Authorizer(dataPlane.access(), config.forwardAuth().proxies(), refusals),
                sending);

        HttpPort data = new HttpPort(
                        config,
                        new HttpPort.Settings(DATA, config.dataPort(), bounds.threadsMax()),
                        dataHandler,
                        registry)
                .onLastCall(dataPlane.admissions()::stopWaiting);

        TrafficEndpoint traffic = TrafficEndpoint.start(counted, registry, data::number);
        EventStreams events = new EventStreams(
                adminPlane == null ? EventBounds.standard() : adminPlane.events(), registry, System::currentTimeMillis);
        List<ApiRoute> adminRoutes = adminPlane == null
                ? OpsEndpoints.adminRoutes()
                : operatorRoutes(adminPlane, dataPlane, config, new Watching(traffic, events));
        ApiHandler adminHandler =
                adminHandler(joined(both, adminRoutes), adminPlane, new AuthFailures(registry, ADMIN), sending);
        HttpPort admin = new HttpPort(
                        config,
                        new HttpPort.Settings(ADMIN, config.adminPort(), ADMIN_THREADS_MAX),
                        adminHandler,
                        registry)
                .onLastCall(dataPlane.admissions()::stopWaiting);

        RequestApi api = new RequestApi(data, admin, new Watching(traffic, events), scrapes, warmUp);
        try {
            api.data.open("http port");
            api.admin.open("admin port");
            warmUp.start();
        } catch (RequestApiStartException e) {
            api.close();
            throw e;
        }
        return api;
    }

    private static ApiHandler adminHandler(
            List<ApiRoute> routes, @Nullable AdminPlane plane, AuthFailures refusals, Sending sending) {
        // If the port has nothing to guard, callers need no key for a 404.
        return plane == null
                ? new ApiHandler(routes, new Authorizer(Access.open("everybody"), refusals), sending)
                : new ApiHandler(routes, new Authorizer(plane.access(), refusals), plane.otherSites(), sending);
    }

    /** Answers admissions as the data port does, for the calls of a warm-up; nothing of it is counted. */
    private static HttpWarmUp.Opened warmUpPort(RequestApiConfig config, String path, Admissions admissions) {
        RequestApiConfig own = config.onLoopback();
        RequestApiConfig.Bounds bounds = own.bounds();
        SimpleMeterRegistry unseen = new SimpleMeterRegistry();
        AuthFailures refusals = new AuthFailures(unseen, DATA);
        ApiHandler handler = new ApiHandler(
                List.of(data(
                                path,
                                "admissions",
                                bounds,
                                new AdmissionEndpoint(new CallerAdmissions(admissions, refusals), own.deadlineMillis()))
                        .neverWaiting()),
                new Authorizer(Access.open("warm-up"), refusals),
                new Sending(
                        new BodyRoom(bounds.bodiesBytesMax(), bounds.patience().bodyMillisMax(), unseen),
                        new RequestMeters(unseen),
                        new RetryAdvice(admissions::readiness, System::nanoTime)));
        HttpPort port = new HttpPort(own, new HttpPort.Settings(DATA, 0, ADMIN_THREADS_MAX), handler, unseen).start();
        return new HttpWarmUp.Opened() {
            @Override
            public int number() {
                return port.number();
            }

            @Override
            public void close() {
                port.close();
            }
        };
    }

    /** Usage and recent decisions of a caller's own accounts, if these are served. */
    private static List<ApiRoute> ownAccountRoutes(DataPlane plane, AuthFailures refusals) {
        List<ApiRoute> routes = new ArrayList<>();
        if (plane.usage() != null) {
            routes.addAll(new UsageEndpoints(plane.usage(), plane.admissions(), System::currentTimeMillis)
                    .dataRoutes(refusals));
        }
        if (plane.decisions() != null) {
            routes.addAll(new DecisionEndpoints(plane.decisions()).dataRoutes(refusals));
        }
        return routes;
    }

    private static Admissions challenging(DataPlane plane) {
        return plane.challenges() == null
                ? plane.admissions()
                : new ChallengingAdmissions(plane.admissions(), plane.challenges());
    }

    /** The route that redeems challenge tokens, if the front end gives out any. */
    private static List<ApiRoute> challengeRoutes(
            DataPlane data, @Nullable AdminPlane admin, AuthFailures refusals, RequestApiConfig.Bounds bounds) {
        return data.challenges() == null || admin == null
                ? List.of()
                : List.of(ChallengeEndpoint.route(admin.plane().accounts(), refusals, bounds.bodyBytesMax()));
    }

    /** The same of all accounts. */
    private static List<ApiRoute> accountRoutes(DataPlane plane) {
        List<ApiRoute> routes = new ArrayList<>();
        if (plane.usage() != null) {
            routes.addAll(
                    new UsageEndpoints(plane.usage(), plane.admissions(), System::currentTimeMillis).adminRoutes());
        }
        if (plane.decisions() != null) {
            routes.addAll(new DecisionEndpoints(plane.decisions()).adminRoutes());
        }
        return routes;
    }

    /** Everything for operators: rules, accounts, and the console. */
    private static List<ApiRoute> operatorRoutes(
            AdminPlane plane, DataPlane dataPlane, RequestApiConfig config, Watching watching) {
        return joined(
                joined(OpsEndpoints.adminRoutes(), adminRoutes(plane, dataPlane.admissions(), config)),
                joined(accountRoutes(dataPlane), consoleRoutes(watching, plane)));
    }

    /** The console, and what it shows of this front end. */
    private static List<ApiRoute> consoleRoutes(Watching watching, AdminPlane plane) {
        watching.traffic().tell(watching.events(), () -> {
            RulesView view = plane.plane().view();
            return json -> {
                json.writeNumberField("audit", view.sequence());
                json.writeNumberField("penalties", view.penalties().version());
            };
        });
        List<ApiRoute> live =
                joined(watching.traffic().routes(), List.of(watching.events().route()));
        return joined(live, ConsoleEndpoints.routes(Console.load(), plane.signIn()));
    }

    private static List<ApiRoute> joined(List<ApiRoute> first, List<ApiRoute> second) {
        List<ApiRoute> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    /** Routes for the requests of accounts: every endpoint can use the cluster only for its caller's accounts. */
    private static List<ApiRoute> dataRoutes(
            CallerAdmissions admissions, long deadlineMillis, RequestApiConfig.Bounds bounds) {
        return List.of(
                data("/v1/admissions", "admissions", bounds, new AdmissionEndpoint(admissions, deadlineMillis))
                        .neverWaiting(),
                ApiRoute.post(
                                "/v1/admissions/batch",
                                Permission.ANY_CALLER,
                                bounds.batchBytesMax(),
                                new BatchEndpoint(admissions, deadlineMillis))
                        .named("batch"),
                data("/v1/admissions/atomic", "atomic", bounds, new AtomicBatchEndpoint(admissions, deadlineMillis)),
                data("/v1/reservations", "reservations", bounds, new ReservationEndpoint(admissions, deadlineMillis)),
                data(
                        "/v1/reservations/{id}/commit",
                        "commit",
                        bounds,
                        new SettlementEndpoint(SettleRequest.Verb.COMMIT, admissions, deadlineMillis)),
                data(
                        "/v1/reservations/{id}/cancel",
                        "cancel",
                        bounds,
                        new SettlementEndpoint(SettleRequest.Verb.CANCEL, admissions, deadlineMillis)),
                data(
                        "/v1/admissions/{id}/release",
                        "release",
                        bounds,
                        new SettlementEndpoint(SettleRequest.Verb.RELEASE, admissions, deadlineMillis)),
                ApiRoute.get(
                                "/v1/clients/<clientId>/quota",
                                Permission.ANY_CALLER,
                                new QuotaEndpoint(admissions, deadlineMillis))
                        .named("quota"));
    }

    /** Routes for gateways, which ask for their callers. */
    private static List<ApiRoute> gatewayRoutes(
            CallerAdmissions admissions, RequestApiConfig config, DataPlane dataPlane) {
        return List.of(ApiRoute.below(
                        "/v1/forward-auth",
                        Permission.CALLER_OR_PROXY,
                        new ForwardAuthEndpoint(
                                admissions,
                                config.forwardAuth(),
                                dataPlane.access().isOpen()))
                .named("forward-auth")
                .neverWaiting());
    }

    private static ApiRoute data(String path, String name, RequestApiConfig.Bounds bounds, Endpoint endpoint) {
        return ApiRoute.post(path, Permission.ANY_CALLER, bounds.bodyBytesMax(), endpoint)
                .named(name);
    }

    private static List<ApiRoute> adminRoutes(AdminPlane plane, Admissions admissions, RequestApiConfig config) {
        int commandBytesMax = config.bounds().batchBytesMax();
        List<ApiRoute> routes = new ArrayList<>();
        routes.add(ApiRoute.get("/v1/caller", Permission.ANY_CALLER, new CallerEndpoint())
                .named("caller"));
        int documentBytesMax =
                (int) Math.min(CommandBody.DOCUMENT_BYTES_MAX, config.bounds().bodiesBytesMax());
        routes.addAll(new ProposalEndpoints(plane.plane(), commandBytesMax, documentBytesMax).routes());
        routes.addAll(new ProfileEndpoints(plane.plane(), commandBytesMax).routes());
        routes.addAll(new AccessEndpoints(plane.plane(), config.bounds().bodyBytesMax()).routes());
        routes.add(new PenaltyEndpoints(plane.plane(), System::currentTimeMillis).route());
        if (plane.alerts() != null) {
            routes.add(new AlertEndpoints(plane.alerts()).route());
        }
        routes.add(new CheckEndpoint(plane.plane(), System::currentTimeMillis).route(documentBytesMax));
        routes.addAll(
                new SignalEndpoints(plane.plane().signals(), config.bounds().bodyBytesMax()).routes());
        routes.addAll(new TrialEndpoints(plane.replays(), commandBytesMax, System::currentTimeMillis).routes());
        routes.addAll(new RevisionEndpoints(plane.plane(), commandBytesMax).routes());
        routes.add(ApiRoute.post(
                        "/v1/explain",
                        Permission.of(Role.VIEWER),
                        config.bounds().bodyBytesMax(),
                        new ExplainEndpoint(admissions, config.deadlineMillis(), new PastExplanation(plane.replays())))
                .named("explain"));
        routes.add(ApiRoute.get(
                        "/v1/clients/<clientId>/quota",
                        Permission.of(Role.VIEWER),
                        QuotaEndpoint.ofAll(admissions, config.deadlineMillis()))
                .named("quota"));
        return routes;
    }

    /** The cluster's, once this front end is warm. */
    public Readiness readiness() {
        return warmUp.readiness();
    }

    public int dataPort() {
        return data.number();
    }

    public int adminPort() {
        return admin.number();
    }

    @Override
    public void close() {
        warmUp.close();
        data.close();
        events.close();
        admin.close();
        traffic.close();
        scrapes.close();
    }
}
