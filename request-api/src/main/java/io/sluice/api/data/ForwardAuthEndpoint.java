package io.sluice.api.data;

import io.sluice.api.auth.AllowedAccounts;
import io.sluice.api.auth.Caller;
import io.sluice.api.auth.TrustedProxies;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.http.RefusedException;
import io.sluice.api.http.RequestUrl;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.ApiRoute;
import io.sluice.api.server.Endpoint;
import io.sluice.engine.ruleset.IpAddress;
import io.sluice.schemas.WireException;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.AnonymousClient;
import io.sluice.schemas.request.Priority;
import java.net.InetAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/forward-auth}, any method and any path below it: may the caller of a gateway do this now? The gateway asks
 * with fields and without a body, passes the request on at 200, and gives any other answer to its caller.
 *
 * <p>Who the caller is, is known from the first of these that is there:
 *
 * <ol>
 *   <li>the configured field, of a trusted gateway;
 *   <li>a key or token of one account: the client is {@code account/name};
 *   <li>the address: of the caller in front of all trusted proxies, or of the connection.
 * </ol>
 *
 * <p>A gateway is trusted by its address, or because it has a key for every account. Of anybody else no field counts:
 * who may set the cost would ask for nothing.
 */
public final class ForwardAuthEndpoint implements Endpoint {
    /** The status that the caller should get, where the gateway passes on only some. */
    static final String STATUS = "X-Sluice-Status";

    private static final String DENY = "deny";
    private static final String FIELDS = "fields";
    private static final int FORBIDDEN = 403;
    private static final int TOO_MANY_REQUESTS = 429;
    /** A trusted gateway without a key: its fields say for whom it asks. */
    private static final Caller GATEWAY = new Caller("gateway", Set.of(), AllowedAccounts.ALL);

    private final CallerAdmissions admissions;
    private final ForwardAuthConfig config;
    private final boolean isOpen;

    /**
     * For one port.
     *
     * @param isOpen whether the port is open to everybody, so that a caller with every account has proved nothing
     */
    public ForwardAuthEndpoint(CallerAdmissions admissions, ForwardAuthConfig config, boolean isOpen) {
        this.admissions = admissions;
        this.config = config;
        this.isOpen = isOpen;
    }

    /** What the address that a gateway is configured with says. */
    private record Options(boolean deniesWith403, ForwardedRequest.Dialect dialect) {
        private static final Options NONE = new Options(false, ForwardedRequest.Dialect.FORWARDED);

        /** Below the endpoint the query is that of the caller, and says nothing. */
        static Options of(ApiRequest request) throws WireException {
            if (!request.path(ApiRoute.BELOW).isEmpty() || request.query() == null) {
                return NONE;
            }
            RequestUrl.check(null, request.query());
            RequestUrl.expectOnly(request.query(), DENY, FIELDS);
            boolean deniesWith403 = only(request.query(), DENY, Integer.toString(FORBIDDEN));
            return new Options(
                    deniesWith403,
                    only(request.query(), FIELDS, "original")
                            ? ForwardedRequest.Dialect.ORIGINAL
                            : ForwardedRequest.Dialect.FORWARDED);
        }

        private static boolean only(@Nullable String query, String name, String value) throws WireException {
            String given = RequestUrl.parameter(query, name);
            if (given != null && !given.equals(value)) {
                throw new WireException(name, "\"" + given + "\" (expected: " + value + ")");
            }
            return given != null;
        }
    }

    @Override
    public CompletableFuture<HttpAnswer> answer(ApiRequest request) {
        try {
            Options options = Options.of(request);
            return asked(request, options)
                    .exceptionally(RefusedException::answerOf)
                    .thenApply(answer -> forGateway(answer, options));
        } catch (WireException e) {
            return forGateway(Problem.invalid(e), Options.NONE).now();
        }
    }

    private CompletableFuture<HttpAnswer> asked(ApiRequest request, Options options) throws WireException {
        InetAddress peer = request.origin().peer();
        Caller caller = request.caller();
        boolean isProxy = config.proxies().isTrusted(peer);
        boolean isTrusted = isProxy || !isOpen && caller.accounts().coversAll();
        ForwardedRequest forwarded = new ForwardedRequest(request, isTrusted);
        AdmissionRequest.Builder asked = new AdmissionRequest.Builder().route(forwarded.route(options.dialect()));
        IpAddress address = peer == null ? null : addressOf(request, IpAddress.of(peer), isTrusted);
        if (address != null) {
            asked.attribute(AnonymousClient.ADDRESS_ATTRIBUTE, address.text());
        }
        boolean isUnknown = caller.accounts().isEmpty();
        String client = client(forwarded, caller);
        if (client != null) {
            asked.clientId(client);
        } else if (!isUnknown && !isAllowed(caller, address)) {
            return ambiguous(caller).now();
        }
        refine(asked, forwarded);
        return admissions
                .of(isUnknown && isProxy ? GATEWAY : caller)
                .admit(asked.identified().build(), config.deadlineMillis())
                .thenApply(AdmissionAnswers::of);
    }

    private static boolean isAllowed(Caller caller, @Nullable IpAddress address) throws WireException {
        return address == null
                || caller.accounts().covers(AnonymousClient.of(address.text()).account());
    }

    private IpAddress addressOf(ApiRequest request, IpAddress peer, boolean isTrusted) {
        TrustedProxies proxies = config.proxies();
        return isTrusted ? proxies.callerBehind(peer, request.headers().getValuesList("X-Forwarded-For")) : peer;
    }

    /** The client ID; null for a caller that is known only by its address. */
    private @Nullable String client(ForwardedRequest forwarded, Caller caller) throws WireException {
        String named = forwarded.clientId(config.fields().client());
        if (named != null) {
            return named;
        }
        AllowedAccounts accounts = caller.accounts();
        boolean hasOne = accounts.prefixes().isEmpty() && accounts.names().size() == 1;
        return hasOne ? caller.clientIn(accounts.names().iterator().next()) : null;
    }

    private static HttpAnswer ambiguous(Caller caller) {
        return Problem.FORBIDDEN.answer(caller.name() + " may speak for several accounts (expected: one, or the field"
                + " of a trusted gateway that names the client)");
    }

    private void refine(AdmissionRequest.Builder asked, ForwardedRequest forwarded) throws WireException {
        ForwardAuthConfig.Fields fields = config.fields();
        Long cost = forwarded.cost(fields.cost());
        if (cost != null) {
            asked.cost(cost);
        }
        Priority priority = forwarded.priority(fields.priority());
        if (priority != null) {
            asked.priority(priority);
        }
        for (Map.Entry<String, String> attribute : fields.attributes().entrySet()) {
            String value = forwarded.attribute(attribute.getValue());
            if (value != null) {
                asked.attribute(attribute.getKey(), value);
            }
        }
    }

    private static HttpAnswer forGateway(HttpAnswer answer, Options options) {
        HttpAnswer named = answer.with(Map.of(STATUS, Integer.toString(answer.status())));
        return options.deniesWith403() && answer.status() == TOO_MANY_REQUESTS ? named.withStatus(FORBIDDEN) : named;
    }
}
