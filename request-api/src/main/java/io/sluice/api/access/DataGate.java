package io.sluice.api.access;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.sluice.api.access.Authentication.Known;
import io.sluice.api.access.Authentication.Refused;
import io.sluice.api.direct.DirectHandler;
import io.sluice.api.direct.Exchange;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Responder;
import io.sluice.client.Admissions;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Stands before every resource of the data port that asks or changes something for an account.
 *
 * <p>A resource never sees the cluster itself, only what its caller may ask of it; so no resource can forget to check.
 */
public final class DataGate {
    private final Access access;
    private final Admissions admissions;
    private final Responder responder;
    private final Refusals refusals;

    public DataGate(Access access, Admissions admissions, Responder responder, Refusals refusals) {
        this.access = access;
        this.admissions = admissions;
        this.responder = responder;
        this.refusals = refusals;
    }

    /** Lets only known callers through, each to a resource that speaks for their accounts and for no others. */
    public Handler to(String endpoint, Function<Admissions, Handler> resource) {
        if (access.isOpen()) {
            return resource.apply(admissions);
        }
        return context -> {
            Authentication authentication = access.authenticate(context.header(Access.FIELD));
            if (authentication instanceof Refused refused) {
                responder.respond(context, endpoint, refusals.stranger(refused.refusal()));
                return;
            }
            resource.apply(boundTo((Known) authentication)).handle(context);
        };
    }

    /** What a caller that nobody knows is told wherever there is no resource, so that it learns nothing else; null if known. */
    public @Nullable HttpAnswer refusalOf(Context context) {
        return refusals.of(access.authenticate(context.header(Access.FIELD)));
    }

    /**
     * The same for a resource that is answered in the thread that reads. A token that has to be verified is, with all that
     * follows, in a thread of the pool.
     */
    public DirectHandler directlyTo(Function<Admissions, DirectHandler> resource) {
        if (access.isOpen()) {
            return resource.apply(admissions);
        }
        return exchange -> {
            String authorization = exchange.field(Access.FIELD);
            Authentication recalled = access.recall(authorization);
            if (recalled == null) {
                exchange.inPool(() -> pass(exchange, access.authenticate(authorization), resource));
            } else {
                pass(exchange, recalled, resource);
            }
        };
    }

    private void pass(Exchange exchange, Authentication authentication, Function<Admissions, DirectHandler> resource) {
        if (authentication instanceof Refused refused) {
            exchange.respond(refusals.stranger(refused.refusal()));
            return;
        }
        resource.apply(boundTo((Known) authentication)).handle(exchange);
    }

    private Admissions boundTo(Known known) {
        return new AccountBound(known.caller(), admissions, refusals);
    }
}
