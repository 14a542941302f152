package io.sluice.api.access;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.sluice.api.access.Authentication.Known;
import io.sluice.api.access.Authentication.Refused;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.http.Responder;
import io.sluice.schemas.WireException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Stands before every resource of the admin port that tells or changes something about rules. */
public final class Gate {
    private final Access access;
    private final Responder responder;
    private final Refusals refusals;

    public Gate(Access access, Responder responder, Refusals refusals) {
        this.access = access;
        this.responder = responder;
        this.refusals = refusals;
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

    /** Lets everybody through who is known, whatever their roles. */
    public Handler known(String endpoint, Function<Caller, HttpAnswer> resource) {
        return context -> {
            Authentication authentication = access.authenticate(context.header(Access.FIELD));
            responder.respond(
                    context,
                    endpoint,
                    authentication instanceof Known known
                            ? resource.apply(known.caller())
                            : refusals.stranger(((Refused) authentication).refusal()));
        };
    }

    /** What a caller that nobody knows is told wherever there is no resource, so that it learns nothing else; null if known. */
    public @Nullable HttpAnswer refusalOf(Context context) {
        return refusals.of(access.authenticate(context.header(Access.FIELD)));
    }

    private CompletableFuture<HttpAnswer> answer(Role role, Resource resource, Context context) throws IOException {
        Authentication authentication = access.authenticate(context.header(Access.FIELD));
        if (authentication instanceof Refused refused) {
            return CompletableFuture.completedFuture(refusals.stranger(refused.refusal()));
        }
        Caller caller = ((Known) authentication).caller();
        if (!caller.may(role)) {
            return CompletableFuture.completedFuture(refusals.withoutRole(caller, role));
        }
        try {
            return resource.answer(context, caller);
        } catch (WireException e) {
            return CompletableFuture.completedFuture(Problem.invalid(e));
        }
    }
}
