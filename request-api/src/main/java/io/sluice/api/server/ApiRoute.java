package io.sluice.api.server;

import io.sluice.api.auth.Permission;
import org.jspecify.annotations.Nullable;

/**
 * A route: one method of one path, and the endpoint that answers it.
 *
 * @param method {@link #ANY_METHOD} for all of them
 * @param path with {@code {name}} for a segment of any content, and {@code <name>} for one or more. With {@link #BELOW}
 *     at its end it stands for itself and all paths below it, which belong to another server: nothing in them is
 *     decoded, resolved or refused
 * @param bodyBytesMax the greatest body; 0 if it takes none
 * @param name its name in metrics; null if it is not measured
 * @param neverWaits whether it is answered in the thread that reads the connection. Other connections of that thread
 * would wait with it. So it must not wait, neither for the cluster nor for a lock that others hold for long.
 */
public record ApiRoute(
        String method,
        String path,
        Permission permission,
        int bodyBytesMax,
        Endpoint endpoint,
        @Nullable String name,
        boolean neverWaits) {
    /** The method of a route that answers all of them. */
    public static final String ANY_METHOD = "*";
    /** The end of a path that has everything below it, and the name of that parameter: empty, or from a slash on. */
    public static final String BELOW = "/**";

    /** A route for every method of a path and of all below it, which reads no body. */
    public static ApiRoute below(String path, Permission permission, Endpoint endpoint) {
        return new ApiRoute(ANY_METHOD, path + BELOW, permission, 0, endpoint, null, /* neverWaits= */ false);
    }

    /** A route that shows a resource; HEAD is answered as well, without the body. */
    public static ApiRoute get(String path, Permission permission, Endpoint endpoint) {
        return new ApiRoute("GET", path, permission, 0, endpoint, null, /* neverWaits= */ false);
    }

    /** A route that takes a JSON body. */
    public static ApiRoute post(String path, Permission permission, int bodyBytesMax, Endpoint endpoint) {
        return new ApiRoute("POST", path, permission, bodyBytesMax, endpoint, null, /* neverWaits= */ false);
    }

    /** This route, measured under a name. */
    public ApiRoute named(String newName) {
        return new ApiRoute(method, path, permission, bodyBytesMax, endpoint, newName, neverWaits);
    }

    /** This route, answered in the thread that reads the connection. */
    public ApiRoute neverWaiting() {
        return new ApiRoute(method, path, permission, bodyBytesMax, endpoint, name, /* neverWaits= */ true);
    }
}
