package io.sluice.perf.baseline;

import io.javalin.Javalin;
import io.sluice.api.direct.DirectRoutes;
import java.util.HashMap;
import java.util.Map;
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
            Echo.start(echo);
        }
        Javalin bare = FrontEnd.start(javalin -> {
            javalin.routes.post(ADMISSIONS, new BareHandler(0));
            javalin.routes.post("/deny" + ADMISSIONS, new BareHandler(DENIED_OF_TEN));
        });
        Map<String, DirectRoutes.Route> routes = new HashMap<>();
        routes.put(ADMISSIONS, new DirectRoutes.Route("bare", new BareHandler(0)));
        routes.put("/deny" + ADMISSIONS, new DirectRoutes.Route("deny", new BareHandler(DENIED_OF_TEN)));
        if (redis != null) {
            RedisLimiters limiters = RedisLimiters.connect(redis);
            routes.put("/script" + ADMISSIONS, limited("script", limiters.script()));
            routes.put("/bucket4j" + ADMISSIONS, limited("bucket4j", limiters.bucket4j()));
        }
        Javalin direct = FrontEnd.startDirect(routes);
        System.out.println(READY + bare.port() + " " + direct.port());
        System.out.flush();
        new CountDownLatch(1).await();
    }

    private static DirectRoutes.Route limited(String name, Limiter limiter) {
        return new DirectRoutes.Route(name, new LimitedHandler(limiter));
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
