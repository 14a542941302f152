package io.sluice.api.access;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.http.Responder;
import io.sluice.schemas.WireException;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Stands before every resource of the admin port that tells or changes something about rules. */
public final class Gate {
    private static final String CHALLENGE = "Bearer realm=\"sluice admin\"";

    private final Access access;
    private final Responder responder;

    public Gate(Access access, Responder responder) {
        this.access = access;
        this.responder = responder;
    }

    /** What is behind the gate. */
    @FunctionalInterface
    public interface Resource {
        CompletableFuture<HttpAnswer> answer(Context context, Caller caller) throws IOException, WireException;
    }

    /** Lets only callers with the role through; a request that breaks the contract is answered 400. */
    public Handler only(Role role, String endpoint, Resource resource) {
        return context -> responder.respond(context, endpoint, answer(role, resource, context));
    }

    private CompletableFuture<HttpAnswer> answer(Role role, Resource resource, Context context) throws IOException {
        Caller caller = access.callerOf(context.header("Authorization"));
        if (caller == null) {
            return CompletableFuture.completedFuture(Problem.UNAUTHORIZED
                    .answer("no valid key (expected: Authorization: Bearer KEY)")
                    .with(Map.of("WWW-Authenticate", CHALLENGE)));
        }
        if (!caller.may(role)) {
            return CompletableFuture.completedFuture(Problem.FORBIDDEN
                    .answer(caller.name() + " (expected: a key with role " + role.wireName() + ")")
                    .with(Map.of("WWW-Authenticate", CHALLENGE + ", error=\"insufficient_scope\"")));
        }
        try {
            return resource.answer(context, caller);
        } catch (WireException e) {
            return CompletableFuture.completedFuture(Problem.invalid(e));
        }
    }
}
