package io.sluice.api.server;

import io.sluice.api.http.HttpAnswer;
import io.sluice.schemas.WireException;
import java.util.concurrent.CompletableFuture;

/**
 * A function that answers the requests of one route.
 *
 * <p>It sees neither the server nor the connection: the caller has been authenticated and authorized, and the whole
 * body was read. So a test can call it like the server.
 */
@FunctionalInterface
public interface Endpoint {
    /**
     * The answer, now or later; a future that fails is answered 500, unless it fails with a {@code RefusedException}.
     *
     * @throws WireException if the request breaks the contract, which is answered 400
     */
    CompletableFuture<HttpAnswer> answer(ApiRequest request) throws WireException;
}
