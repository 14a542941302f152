package io.sluice.api.console;

import io.sluice.api.auth.OidcClient;
import io.sluice.api.auth.Permission;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.http.RequestUrl;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.ApiRoute;
import io.sluice.console.Console;
import io.sluice.console.ConsoleFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code /console} and the files that it loads, without a key, because they say nothing about the cluster. The page
 * gets its data from the other routes of the port, which need a key.
 *
 * <p>Each file is a route of its own. So no request path can reach other files.
 */
public final class ConsoleEndpoints {
    private static final HttpAnswer KEYS_ONLY =
            Problem.NOT_FOUND.answer("people sign in with keys only (expected: a front end with --oidc-client-id)");

    private ConsoleEndpoints() {}

    /**
     * The routes of the whole console.
     *
     * @param signIn how it gets a token from the issuer; null if people sign in with keys only
     */
    public static List<ApiRoute> routes(Console console, @Nullable OidcClient signIn) {
        Map<String, String> fields = signIn == null ? console.fields() : console.fields(signIn.origin());
        List<ApiRoute> routes = new ArrayList<>();
        routes.add(route(Console.PATH, console.page(), fields));
        // The issuer puts its answer into the query; only the page reads it.
        routes.add(
                signIn == null
                        ? ApiRoute.get(Console.SIGN_IN_PATH, Permission.ANYBODY, request -> KEYS_ONLY.now())
                                .neverWaiting()
                        : route(Console.SIGN_IN_PATH, console.page(), fields, /* anyQuery= */ true));
        routes.add(new SignInEndpoint(signIn).route());
        for (ConsoleFile asset : console.assets()) {
            routes.add(route(asset.path(), asset, fields));
        }
        return routes;
    }

    private static ApiRoute route(String path, ConsoleFile file, Map<String, String> fields) {
        return route(path, file, fields, /* anyQuery= */ false);
    }

    private static ApiRoute route(String path, ConsoleFile file, Map<String, String> fields, boolean anyQuery) {
        HttpAnswer plain = answer(file, fields, /* inGzip= */ false);
        HttpAnswer compressed = answer(file, fields, /* inGzip= */ true);
        return ApiRoute.get(path, Permission.ANYBODY, request -> {
                    if (!anyQuery) {
                        RequestUrl.expectOnly(request.query());
                    }
                    return choose(request, file, plain, compressed).now();
                })
                .neverWaiting();
    }

    private static HttpAnswer choose(ApiRequest request, ConsoleFile file, HttpAnswer plain, HttpAnswer compressed) {
        HttpAnswer answer = ConsoleFile.isGzipTaken(request.header("Accept-Encoding")) ? compressed : plain;
        return file.isKnownBy(request.header("If-None-Match"))
                ? answer.withStatus(304).withoutBody()
                : answer;
    }

    private static HttpAnswer answer(ConsoleFile file, Map<String, String> fields, boolean inGzip) {
        Map<String, String> all = new LinkedHashMap<>(fields);
        all.put("ETag", file.etag(inGzip));
        if (inGzip) {
            all.put("Content-Encoding", "gzip");
        }
        return HttpAnswer.of(file.contentType(), file.bytes(inGzip)).with(all);
    }
}
