package io.sluice.api.admin;

import io.sluice.api.auth.Permission;
import io.sluice.api.auth.Role;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.ApiRoute;
import io.sluice.schemas.WireException;

/** A resource that shows data in the front end's memory, so it answers at once. */
@FunctionalInterface
interface View {
    HttpAnswer of(ApiRequest request) throws WireException;

    /** The route of a view, for every caller that may read. */
    static ApiRoute route(String path, String name, View view) {
        return ApiRoute.get(
                        path,
                        Permission.of(Role.VIEWER),
                        request -> view.of(request).now())
                .named(name);
    }
}
