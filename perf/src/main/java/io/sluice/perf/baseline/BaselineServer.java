package io.sluice.perf.baseline;

import io.javalin.Javalin;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The process of the baselines. It prints one line when it is ready, and ends with SIGTERM.
 *
 * <pre>
 *   POST /v1/admissions             BareHandler, everything allowed
 *   POST /deny/v1/admissions        BareHandler, nine of ten denied
 *   POST /script/v1/admissions      RedisScript    (with --redis HOST:PORT)
 *   POST /bucket4j/v1/admissions    RedisBucket4j  (with --redis HOST:PORT)
 *   perf.echo.requests -&gt; perf.echo.replies      (with --echo BOOTSTRAP_SERVERS)
 * </pre>
 */
public final class BaselineServer {
    public static final String READY = "baseline ready: ";
    private static final int DENIED_OF_TEN = 9;

    private BaselineServer() {}

    public static void main(String[] arguments) throws Exception {
        String echo = option("--echo", arguments);
        String redis = option("--redis", arguments);
        if (echo != null) {
            Echo.start(echo);
        }
        RedisLimiters limiters = redis == null ? null : RedisLimiters.connect(redis);
        Javalin server = FrontEnd.start(routes -> {
            routes.post("/v1/admissions", new BareHandler(0));
            routes.post("/deny/v1/admissions", new BareHandler(DENIED_OF_TEN));
            if (limiters != null) {
                routes.post("/script/v1/admissions", new LimitedHandler(limiters.script()));
                routes.post("/bucket4j/v1/admissions", new LimitedHandler(limiters.bucket4j()));
            }
        });
        System.out.println(READY + server.port());
        System.out.flush();
        new CountDownLatch(1).await();
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
