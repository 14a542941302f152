package io.sluice.api.direct;

import java.util.Map;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers the resources that are asked most in the thread that reads their connection, and hands all others on to a thread
 * of the pool, where Javalin answers them.
 *
 * <pre>
 *   selector thread --&gt; POST to one of these --&gt; Exchange --&gt; DirectHandler ...... answer
 *                   --&gt; anything else --&gt; thread of the pool --&gt; servlets --&gt; Javalin --&gt; answer
 * </pre>
 *
 * <p>An answer out of a lease takes a microsecond. To hand its request to another thread, and to lead it through servlets
 * and Javalin's tasks, takes forty; so this is most of what a front end can gain (docs/adr/0010). The price: a
 * handler here never waits, since everybody else on its selector would wait with it.
 */
public final class DirectRoutes extends Handler.Wrapper {
    /**
     * One resource, which is posted to.
     *
     * @param endpoint its name in metrics
     * @param otherMethods answers what does not post
     */
    public record Route(String endpoint, DirectHandler handler, DirectHandler otherMethods) {}

    private final Map<String, Route> routesByPath;
    private final Exchange.Sending sending;

    public DirectRoutes(Map<String, Route> routesByPath, Exchange.Sending sending) {
        this.routesByPath = Map.copyOf(routesByPath);
        this.sending = sending;
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
            request.getComponents().getExecutor().execute(() -> handOn(request, response, callback));
            return true;
        }
        Exchange exchange = new Exchange(route.endpoint(), request, response, callback, sending);
        DirectHandler handler = HttpMethod.POST.is(request.getMethod()) ? route.handler() : route.otherMethods();
        exchange.attempt(() -> handler.handle(exchange));
        return true;
    }

    private void handOn(Request request, Response response, Callback callback) {
        try {
            if (!super.handle(request, response, callback)) {
                Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
            }
        } catch (Exception e) {
            Response.writeError(request, response, callback, e);
        }
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
