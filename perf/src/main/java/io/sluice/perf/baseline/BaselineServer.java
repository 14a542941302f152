package io.sluice.perf.baseline;

import io.javalin.Javalin;
import io.sluice.api.HttpPort;
import io.sluice.api.auth.Permission;
import io.sluice.api.server.ApiRoute;
import io.sluice.api.server.Endpoint;
import io.sluice.perf.load.ClientLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The process of the baselines. It prints one line with its two ports when it is ready, and ends with SIGTERM.
 *
 * <pre>
 *   first port, Javalin
 *     POST /v1/admissions             BareHandler, everything allowed
 *     POST /deny/v1/admissions        BareHandler, nine of ten denied
 *   second port, the front end of request-api for admissions
 *     POST /v1/admissions             BareHandler, everything allowed
 *     POST /deny/v1/admissions        BareHandler, nine of ten denied
 *     POST /script/v1/admissions      RedisScript    (with --redis HOST:PORT)
 *     POST /limited/v1/admissions     the same with the limit of ClientLimit (with --redis HOST:PORT)
 *     POST /bucket4j/v1/admissions    RedisBucket4j  (with --redis HOST:PORT)
 *   perf.echo.requests -&gt; perf.echo.replies      (with --echo BOOTSTRAP_SERVERS)
 * </pre>
 */
public final class BaselineServer {
    public static final String READY = "baseline ready: ";
    private static final String ADMISSIONS = "/v1/admissions";
    private static final int DENIED_OF_TEN = 9;

    private BaselineServer() {}

    public static void main(String[] arguments) throws Exception {
        String echo = option("--echo", arguments);
        String redis = option("--redis", arguments);
        if (echo != null) {
            EchoTopics.startEcho(echo);
        }
        Javalin bare = FrontEnd.start(javalin -> {
            javalin.routes.post(ADMISSIONS, new BareHandler(0));
            javalin.routes.post("/deny" + ADMISSIONS, new BareHandler(DENIED_OF_TEN));
        });
        List<ApiRoute> routes = new ArrayList<>();
        routes.add(route("", "bare", new BareHandler(0)));
        routes.add(route("/deny", "deny", new BareHandler(DENIED_OF_TEN)));
        if (redis != null) {
            RedisLimiters limiters = RedisLimiters.connect(redis);
            routes.add(route("/script", "script", new LimitedHandler(limiters.script())));
            routes.add(route(
                    "/limited",
                    "limited",
                    new LimitedHandler(limiters.script("limited:", ClientLimit.BURST, ClientLimit.TOKENS_PER_SECOND))));
            routes.add(route("/bucket4j", "bucket4j", new LimitedHandler(limiters.bucket4j())));
        }
        HttpPort direct = FrontEnd.startDirect(routes);
        System.out.println(READY + bare.port() + " " + direct.number());
        System.out.flush();
        new CountDownLatch(1).await();
    }

    private static ApiRoute route(String prefix, String name, Endpoint endpoint) {
        return ApiRoute.post(prefix + ADMISSIONS, Permission.ANYBODY, FrontEnd.BODY_BYTES_MAX, endpoint)
                .named(name)
                .neverWaiting();
    }

    private static @Nullable String option(String name, String... arguments) {
        for (int i = 0; i < arguments.length - 1; i++) {
            if (arguments[i].equals(name)) {
                return arguments[i + 1];
            }
        }
        return null;
    }
}
