package io.sluice.api.access;

import io.javalin.http.Handler;
import io.sluice.api.access.Authentication.Known;
import io.sluice.api.access.Authentication.Refused;
import io.sluice.api.direct.DirectHandler;
import io.sluice.api.direct.Exchange;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Responder;
import io.sluice.client.Admissions;
import java.util.function.Function;

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

    /** What came of a look at a caller: the cluster as that one may use it, or the answer that it gets instead. */
    private sealed interface Passage {
        record Open(Admissions mine) implements Passage {}

        record Closed(HttpAnswer answer) implements Passage {}
    }

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
            Passage passage = passage(access.authenticate(context.header(Access.FIELD)));
            if (passage instanceof Passage.Closed closed) {
                responder.respond(context, endpoint, closed.answer());
                return;
            }
            resource.apply(((Passage.Open) passage).mine()).handle(context);
        };
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
        Passage passage = passage(authentication);
        if (passage instanceof Passage.Closed closed) {
            exchange.respond(closed.answer());
            return;
        }
        resource.apply(((Passage.Open) passage).mine()).handle(exchange);
    }

    private Passage passage(Authentication authentication) {
        if (authentication instanceof Refused refused) {
            return new Passage.Closed(refusals.stranger(refused.refusal()));
        }
        Caller caller = ((Known) authentication).caller();
        return new Passage.Open(new AccountBound(caller, admissions, refusals));
    }
}
