package io.sluice.api.ops;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.sluice.api.direct.DirectRoutes;
import io.sluice.api.direct.DirectRoutes.Route;
import io.sluice.api.direct.Exchange;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.http.Responder;
import io.sluice.client.Admissions;
import io.sluice.client.Readiness;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The resources that both ports serve: liveness, readiness and metrics; and the description of the API. These are
 * answered past the pool, so that they are answered when the pool is not to be had; the schemas that the descriptions
 * refer to are answered by Javalin.
 */
public final class OpsRoutes {
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final String DESCRIPTION_TYPE = "application/yaml";
    private static final String DESCRIPTIONS = "/io/sluice/schemas/";
    private static final Pattern SCHEMA_NAME = Pattern.compile("[a-z0-9.-]{1,64}\\.json");

    private final Admissions admissions;
    private final Scrapes scrapes;

    public OpsRoutes(Admissions admissions, Scrapes scrapes) {
        this.admissions = admissions;
        this.scrapes = scrapes;
    }

    /** What the data port serves, by path. */
    public Map<String, Route> data() {
        byte[] description = description("openapi.yaml");
        return Map.of(
                "/healthz", Route.looked(exchange -> exchange.respond(status("up"))),
                "/readyz", Route.looked(this::ready),
                "/metrics", Route.looked(this::metrics),
                "/openapi.yaml", Route.looked(exchange -> exchange.respond(DESCRIPTION_TYPE, description)));
    }

    /** What the admin port serves, by path. */
    public Map<String, Route> admin() {
        byte[] description = description("openapi-admin.yaml");
        Map<String, DirectRoutes.Route> routes = new HashMap<>(data());
        routes.put("/openapi-admin.yaml", Route.looked(exchange -> exchange.respond(DESCRIPTION_TYPE, description)));
        return routes;
    }

    /** Adds the JSON Schemas: below the descriptions of both ports, to which their references are relative. */
    public static void addSchemasTo(RoutesConfig routes) {
        routes.get("/json-schema/{name}", OpsRoutes::describeRecord);
    }

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

    private void ready(Exchange exchange) {
        Readiness readiness = admissions.readiness();
        exchange.respond(readiness.ready() ? ready(readiness) : Problem.unavailable(readiness.detail()));
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

    private void metrics(Exchange exchange) {
        CompletableFuture<byte[]> scraped = scrapes.scrape();
        if (scraped == null) {
            exchange.respond(Problem.unavailable("too many scrapes at once"));
            return;
        }
        exchange.beSilent();
        CompletableFuture<Void> unused = scraped.handle((bytes, failure) -> {
            answer(exchange, bytes, failure);
            return null;
        });
    }

    private static void answer(Exchange exchange, byte @Nullable [] bytes, @Nullable Throwable failure) {
        if (bytes != null) {
            exchange.respond(METRICS_TYPE, bytes);
        } else if (failure != null) {
            exchange.respond(Responder.answerOf(failure));
        }
    }

    private static HttpAnswer status(String status) {
        return HttpAnswer.ok(json -> json.writeStringField("status", status));
    }

    private static byte[] description(String name) {
        try (InputStream resource = OpsRoutes.class.getResourceAsStream(DESCRIPTIONS + name)) {
            if (resource == null) {
                throw new IllegalStateException(DESCRIPTIONS + name + " is missing from the class path");
            }
            return resource.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
