package io.sluice.api.ops;

import io.sluice.api.auth.Permission;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.ApiRoute;
import io.sluice.api.server.Endpoint;
import io.sluice.client.Readiness;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints for probes, metrics and the API description. The threads that read connections answer them, so they
 * work even if the pool is busy. Only the JSON Schemas are answered in the pool.
 */
public final class OpsEndpoints {
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final String DESCRIPTIONS = "/io/sluice/schemas/";
    private static final Pattern SCHEMA_NAME = Pattern.compile("[a-z0-9.-]{1,64}\\.json");

    private static final HttpAnswer UP = HttpAnswer.ok(json -> json.writeStringField("status", "up"));

    private final Supplier<Readiness> readiness;
    private final Scrapes scrapes;

    public OpsEndpoints(Supplier<Readiness> readiness, Scrapes scrapes) {
        this.readiness = readiness;
        this.scrapes = scrapes;
    }

    /** What both ports serve: the JSON Schemas, too, to which their descriptions refer. */
    public List<ApiRoute> routes() {
        return List.of(
                probe("/healthz", request -> UP.now()),
                probe("/readyz", request -> ready().now()),
                probe("/metrics", request -> metrics()),
                probe("/openapi.yaml", description("openapi.yaml")),
                ApiRoute.get("/json-schema/{name}", Permission.ANYBODY, OpsEndpoints::schema));
    }

    /** What only the admin port serves: its description. */
    public static List<ApiRoute> adminRoutes() {
        return List.of(probe("/openapi-admin.yaml", description("openapi-admin.yaml")));
    }

    private static ApiRoute probe(String path, Endpoint endpoint) {
        return ApiRoute.get(path, Permission.ANYBODY, endpoint).neverWaiting();
    }

    private static Endpoint description(String name) {
        byte[] description = resource(name);
        if (description == null) {
            throw new IllegalStateException(DESCRIPTIONS + name + " is missing from the class path");
        }
        HttpAnswer answer = HttpAnswer.of("application/yaml", description);
        return request -> answer.now();
    }

    private static CompletableFuture<HttpAnswer> schema(ApiRequest request) {
        String name = request.path("name");
        byte[] schema = SCHEMA_NAME.matcher(name).matches() ? resource("json-schema/" + name) : null;
        return (schema == null
                        ? Problem.NOT_FOUND.answer("no such schema")
                        : HttpAnswer.of("application/schema+json", schema))
                .now();
    }

    private static byte @Nullable [] resource(String name) {
        try (InputStream resource = OpsEndpoints.class.getResourceAsStream(DESCRIPTIONS + name)) {
            return resource == null ? null : resource.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpAnswer ready() {
        Readiness now = readiness.get();
        return now.ready() ? ready(now) : Problem.unavailable(now.detail());
    }

    /** Ready; the body names what is missing nevertheless. */
    private static HttpAnswer ready(Readiness readiness) {
        return HttpAnswer.ok(json -> {
            json.writeStringField("status", "ready");
            if (!readiness.detail().isEmpty()) {
                json.writeStringField("detail", readiness.detail());
            }
        });
    }

    private CompletableFuture<HttpAnswer> metrics() {
        CompletableFuture<byte[]> scraped = scrapes.scrape();
        return scraped == null
                ? Problem.unavailable("too many scrapes at once").now()
                : scraped.thenApply(bytes -> HttpAnswer.of(METRICS_TYPE, bytes));
    }
}
