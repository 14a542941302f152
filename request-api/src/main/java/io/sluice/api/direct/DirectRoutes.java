package io.sluice.api.direct;

import java.util.List;
import java.util.Map;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Answers the resources that are asked most, and the probes, in the thread that reads their connection, and hands all
 * others on to a thread of the pool, where Javalin answers them.
 *
 * <pre>
 *   selector thread --&gt; one of these --&gt; Exchange --&gt; DirectHandler ...... answer
 *                   --&gt; anything else --&gt; body --&gt; thread of the pool --&gt; servlets --&gt; Javalin --&gt; answer in memory
 *                                                                                       --&gt; selector thread
 * </pre>
 *
 * <p>An answer out of a lease takes a microsecond. To hand its request to another thread, and to lead it through servlets
 * and Javalin's tasks, takes forty; so this is most of what a front end can gain (docs/adr/0010). The price: a
 * handler here never waits, since everybody else on its selector would wait with it.
 *
 * <p>No thread ever waits for a caller: bodies are read here for all resources, and answers are sent from memory
 * (docs/adr/0012).
 */
public final class DirectRoutes extends Handler.Wrapper {
    private static final List<String> POST = List.of("POST");
    private static final List<String> GET = List.of("GET", "HEAD");

    /**
     * One resource.
     *
     * @param endpoint its name in metrics; null if nobody measures it
     * @param methods what may be done with it
     * @param otherMethods answers what may not
     */
    public record Route(
            @Nullable String endpoint, List<String> methods, DirectHandler handler, DirectHandler otherMethods) {
        public Route {
            methods = List.copyOf(methods);
        }

        /** One that is posted to, and that tells anybody so. */
        public Route(String endpoint, DirectHandler handler) {
            this(endpoint, handler, Exchange::refuseMethod);
        }

        /** One that is posted to. */
        public Route(String endpoint, DirectHandler handler, DirectHandler otherMethods) {
            this(endpoint, POST, handler, otherMethods);
        }

        /** One that is only looked at, and whose looks nobody measures. */
        public static Route looked(DirectHandler handler) {
            return new Route(null, GET, handler, exchange -> exchange.refuseMethod(GET));
        }
    }

    private final Map<String, Route> routesByPath;
    private final HandOn handOn;
    private final BodyRoom room;
    private final Exchange.Sending sending;

    /**
     * For one port.
     *
     * @param keeping whose bodies are kept for Javalin's resources
     * @param bodyBytesMax the greatest of these bodies
     */
    public DirectRoutes(
            Map<String, Route> routesByPath,
            BodyKeeping keeping,
            int bodyBytesMax,
            BodyRoom room,
            Exchange.Sending sending) {
        this.routesByPath = Map.copyOf(routesByPath);
        this.room = room;
        this.sending = sending;
        this.handOn = new HandOn(super::handle, keeping, bodyBytesMax, room, sending);
    }

    /** Tells the server to call in the thread that reads, although what is wrapped waits: that gets a thread here. */
    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Route route = routesByPath.get(path(request));
        if (route == null) {
            handOn.accept(request, response, callback);
            return true;
        }
        Exchange exchange = new Exchange(route.endpoint(), new Body(request, room), response, callback, sending);
        DirectHandler handler = route.methods().contains(request.getMethod()) ? route.handler() : route.otherMethods();
        exchange.attempt(() -> handler.handle(exchange));
        return true;
    }

    /** As Javalin does: a slash at the end changes nothing. Some requests have no path ({@code CONNECT}). */
    private static String path(Request request) {
        String path = request.getHttpURI().getCanonicalPath();
        if (path == null) {
            return "";
        }
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
