package io.sluice.api.ops;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.http.Responder;
import io.sluice.client.Admissions;
import io.sluice.client.Readiness;
import java.io.IOException;
import java.io.InputStream;

/** The resources that both ports serve: liveness, readiness and metrics; and the description of the API. */
public final class OpsRoutes {
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_API = "/io/sluice/schemas/openapi.yaml";

    private final Admissions admissions;
    private final PrometheusMeterRegistry registry;

    public OpsRoutes(Admissions admissions, PrometheusMeterRegistry registry) {
        this.admissions = admissions;
        this.registry = registry;
    }

    public void addTo(RoutesConfig routes) {
        routes.get("/healthz", context -> Responder.send(context, status("up")));
        routes.get("/readyz", this::ready);
        routes.get("/metrics", context -> context.contentType(METRICS_TYPE).result(registry.scrape()));
        routes.get("/openapi.yaml", OpsRoutes::openApi);
    }

    private void ready(Context context) {
        Readiness readiness = admissions.readiness();
        Responder.send(context, readiness.ready() ? status("ready") : Problem.unavailable(readiness.detail()));
    }

    private static HttpAnswer status(String status) {
        return HttpAnswer.ok(json -> json.writeStringField("status", status));
    }

    private static void openApi(Context context) throws IOException {
        try (InputStream resource = OpsRoutes.class.getResourceAsStream(OPEN_API)) {
            if (resource == null) {
                throw new IllegalStateException(OPEN_API + " is missing from the class path");
            }
            context.contentType("application/yaml").result(resource.readAllBytes());
        }
    }
}
