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
import java.util.regex.Pattern;

/** The resources that both ports serve: liveness, readiness and metrics; and the description of the API. */
public final class OpsRoutes {
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final String DESCRIPTIONS = "/io/sluice/schemas/";
    private static final Pattern SCHEMA_NAME = Pattern.compile("[a-z0-9.-]{1,64}\\.json");

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
        routes.get("/openapi.yaml", context -> describe("openapi.yaml", context));
    }

    /** Adds what only the admin port serves. */
    public void addAdminTo(RoutesConfig routes) {
        addTo(routes);
        routes.get("/openapi-admin.yaml", context -> describe("openapi-admin.yaml", context));
        routes.get("/json-schema/{name}", OpsRoutes::describeRecord);
    }

    /** The schemas that the descriptions refer to, where these look for them. */
    private static void describeRecord(Context context) throws IOException {
        String name = context.pathParam("name");
        try (InputStream resource = SCHEMA_NAME.matcher(name).matches()
                ? OpsRoutes.class.getResourceAsStream(DESCRIPTIONS + "json-schema/" + name)
                : null) {
            if (resource == null) {
                Responder.send(context, Problem.NOT_FOUND.answer("no such schema"));
                return;
            }
            context.contentType("application/schema+json").result(resource.readAllBytes());
        }
    }

    private void ready(Context context) {
        Readiness readiness = admissions.readiness();
        Responder.send(context, readiness.ready() ? ready(readiness) : Problem.unavailable(readiness.detail()));
    }

    /** Ready, and what is missing all the same. */
    private static HttpAnswer ready(Readiness readiness) {
        return HttpAnswer.ok(json -> {
            json.writeStringField("status", "ready");
            if (!readiness.detail().isEmpty()) {
                json.writeStringField("detail", readiness.detail());
            }
        });
    }

    private static HttpAnswer status(String status) {
        return HttpAnswer.ok(json -> json.writeStringField("status", status));
    }

    private static void describe(String name, Context context) throws IOException {
        try (InputStream resource = OpsRoutes.class.getResourceAsStream(DESCRIPTIONS + name)) {
            if (resource == null) {
                throw new IllegalStateException(DESCRIPTIONS + name + " is missing from the class path");
            }
            context.contentType("application/yaml").result(resource.readAllBytes());
        }
    }
}
