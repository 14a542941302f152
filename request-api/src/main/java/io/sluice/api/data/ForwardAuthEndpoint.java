package io.sluice.api.data;

import io.sluice.api.auth.AllowedAccounts;
import io.sluice.api.auth.Caller;
import io.sluice.api.gateways.TrustedProxies;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.http.RefusedException;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.ApiRoute;
import io.sluice.api.server.Endpoint;
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
 * {@code /v1/forward-auth}, any method and any path below it: may the caller of a gateway do this now? The gateway
 * asks with header fields and without a body. At 200 it forwards the request; any other answer goes to its caller.
 *
 * <p>The first of these that the request has identifies the caller:
 *
 * <ol>
 *   <li>the configured field, of a trusted gateway;
 *   <li>a key or token of one account: the client is {@code account/name};
 *   <li>the address: of the caller in front of all trusted proxies, or of the connection.
 * </ol>
 *
 * <p>A gateway is trusted by its address, or because it has a key for every account. Fields of anybody else are
 * ignored: otherwise a caller could set its cost to 0.
 */
public final class ForwardAuthEndpoint implements Endpoint {
    /** The field with the status for the caller, for gateways that pass on only some statuses. */
    static final String STATUS = "X-Sluice-Status";

    private static final String DENY_WITH_403 = "deny=403";
    private static final int OK = 200;
    private static final int FORBIDDEN = 403;
    private static final int TOO_MANY_REQUESTS = 429;
    /** A trusted gateway without a key: its fields name the client. */
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

    @Override
    public CompletableFuture<HttpAnswer> answer(ApiRequest request) {
        // Any other query is that of the caller: some gateways append it.
        boolean deniesWith403 = DENY_WITH_403.equals(request.query())
                && request.path(ApiRoute.BELOW).isEmpty();
        try {
            return asked(request)
                    .exceptionally(RefusedException::answerOf)
                    .thenApply(answer -> forGateway(answer, deniesWith403));
        } catch (WireException e) {
            return forGateway(Problem.invalid(e), deniesWith403).now();
        }
    }

    private CompletableFuture<HttpAnswer> asked(ApiRequest request) throws WireException {
        InetAddress peer = request.origin().peer();
        Caller caller = request.caller();
        boolean isProxy = config.proxies().isTrusted(peer);
        boolean isTrusted = isProxy || !isOpen && caller.accounts().coversAll();
        ForwardedRequest forwarded = new ForwardedRequest(request, isTrusted);
        AdmissionRequest.Builder asked = new AdmissionRequest.Builder().route(forwarded.route());
        String address = peer == null ? null : addressOf(request, peer, isTrusted);
        if (address != null) {
            asked.attribute(AnonymousClient.ADDRESS_ATTRIBUTE, address);
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

    private static boolean isAllowed(Caller caller, @Nullable String address) throws WireException {
        return address == null
                || caller.accounts().covers(AnonymousClient.of(address).account());
    }

    private String addressOf(ApiRequest request, InetAddress peer, boolean isTrusted) {
        return isTrusted
                ? config.proxies().callerBehind(peer, request.headers().getValuesList("X-Forwarded-For"))
                : TrustedProxies.textOf(peer);
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
        return Problem.FORBIDDEN.answer(caller.name() + " may use several accounts (expected: one, or the field"
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

    private static HttpAnswer forGateway(HttpAnswer answer, boolean deniesWith403) {
        HttpAnswer named = answer.with(Map.of(STATUS, Integer.toString(answer.status())));
        if (answer.status() == OK) {
            // Gateways ignore the body of a 200, and one that leaves a body unread closes the connection.
            return named.withoutBody();
        }
        return deniesWith403 && answer.status() == TOO_MANY_REQUESTS ? named.withStatus(FORBIDDEN) : named;
    }
}
