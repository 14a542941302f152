package io.sluice.api.server;

import io.sluice.api.auth.Authentication;
import io.sluice.api.auth.Authorizer;
import io.sluice.api.auth.Caller;
import io.sluice.api.auth.Permission;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.http.RequestUrl;
import io.sluice.schemas.WireException;
import java.util.List;
import org.eclipse.jetty.http.ComplianceViolation;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The handler of every request of one port.
 *
 * <pre>
 *   thread that reads --&gt; fields, address, route --&gt; site, caller, role --&gt; body --&gt; Endpoint --&gt; answer
 *                                                            │                       │
 *         a token that is new: thread of the pool ───────────┘                       │
 *         in a thread of the pool, unless the route never waits ─────────────────────┘
 * </pre>
 *
 * <p>An answer out of a lease takes a microsecond. Handing the request to another thread and through servlets takes
 * forty. So the thread that reads a connection also answers its admissions (docs/adr/0010).
 *
 * <p>No thread ever waits for a caller: bodies are read as they come, and answers are sent from memory (docs/adr/0012).
 */
public final class ApiHandler extends Handler.Abstract.NonBlocking {
    private static final byte[] NO_BODY = {};
    /**
     * Accepts encoded slashes and percent signs, which client IDs may contain. Dot segments, empty segments and
     * backslashes are refused in any encoding: no client ID has them.
     */
    private static final UriCompliance URIS =
            UriCompliance.from("DEFAULT,AMBIGUOUS_PATH_SEPARATOR,AMBIGUOUS_PATH_ENCODING");

    private final Routes routes;
    private final Authorizer authorizer;
    private final OtherSites otherSites;
    private final Sending sending;

    /** For one port, whoever sends its requests. */
    public ApiHandler(List<ApiRoute> routes, Authorizer authorizer, Sending sending) {
        this(routes, authorizer, OtherSites.ADMITTED, sending);
    }

    /**
     * For one port.
     *
     * @param otherSites whether browsers may send requests of pages of other sites to routes that are not for everybody
     */
    public ApiHandler(List<ApiRoute> routes, Authorizer authorizer, OtherSites otherSites, Sending sending) {
        this.routes = new Routes(routes);
        this.authorizer = authorizer;
        this.otherSites = otherSites;
        this.sending = sending;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Exchange exchange = new Exchange(request, response, callback, sending);
        exchange.attempt(() -> route(exchange));
        return true;
    }

    private void route(Exchange exchange) throws WireException {
        HttpURI uri = exchange.uri();
        // Some requests have no path (CONNECT).
        String path = uri.getPath() == null ? "" : uri.getPath();
        Routes.Match below = routes.findBelow(path);
        String twice = below == null
                ? SingleFields.twice(exchange.headers())
                : SingleFields.twice(exchange.headers(), HttpHeader.AUTHORIZATION);
        if (twice != null) {
            exchange.refuseAndClose(Problem.invalid(twice, "more than one field (expected: one)"));
        } else if (below != null) {
            match(exchange, below);
        } else {
            String ambiguity = UriCompliance.checkUriCompliance(URIS, uri, ComplianceViolation.Listener.NOOP);
            if (ambiguity != null) {
                exchange.respond(Problem.INVALID_REQUEST.answer(ambiguity));
                return;
            }
            RequestUrl.check(uri.getPath(), uri.getQuery());
            match(exchange, routes.find(exchange.method(), path));
        }
    }

    private void match(Exchange exchange, Routes.Match match) {
        exchange.measureAs(match.name());
        exchange.trace(match.route());
        if (match.isOpen()) {
            goOn(exchange, match, Caller.NOBODY);
            return;
        }
        HttpAnswer refusal = otherSites.refusalOf(exchange.headers());
        if (refusal != null) {
            exchange.respond(refusal);
            return;
        }
        String authorization = exchange.headers().get(Authorizer.HEADER);
        Authentication recalled = authorizer.recall(authorization);
        if (recalled == null) {
            exchange.inPool(() -> authorize(exchange, match, authorizer.authenticate(authorization)));
        } else {
            authorize(exchange, match, recalled);
        }
    }

    private void authorize(Exchange exchange, Routes.Match match, Authentication authentication) {
        Permission permission =
                match.route() == null ? Permission.ANY_CALLER : match.route().permission();
        HttpAnswer refusal = authorizer.refusalOf(authentication, permission, exchange.peer());
        exchange.passed(RequestMeters.Stage.AUTH);
        if (refusal == null) {
            goOn(
                    exchange,
                    match,
                    authentication instanceof Authentication.Authenticated known ? known.caller() : Caller.NOBODY);
        } else {
            exchange.respond(refusal);
        }
    }

    private static void goOn(Exchange exchange, Routes.Match match, Caller caller) {
        ApiRoute route = match.route();
        if (route == null) {
            exchange.respond(
                    match.methods().isEmpty()
                            ? Problem.NOT_FOUND.answer("no such resource")
                            : Problem.methodNotAllowed(exchange.method(), String.join(", ", match.methods())));
        } else if (route.bodyBytesMax() == 0) {
            call(exchange, route, request(exchange, match, caller, NO_BODY));
        } else {
            exchange.readBody(
                    route.bodyBytesMax(), body -> call(exchange, route, request(exchange, match, caller, body)));
        }
    }

    private static ApiRequest request(Exchange exchange, Routes.Match match, Caller caller, byte[] body) {
        return new ApiRequest(
                body, exchange.headers(), match.parameters(), exchange.uri().getQuery(), caller, exchange.origin());
    }

    private static void call(Exchange exchange, ApiRoute route, ApiRequest request) {
        Exchange.Step step = () -> exchange.respond(exchange.call(route.endpoint(), request));
        if (route.neverWaits()) {
            exchange.attempt(step);
        } else {
            exchange.inPool(step);
        }
    }
}
