package io.sluice.api.admin;

import io.sluice.api.auth.Caller;
import io.sluice.api.auth.Role;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.JsonArrays;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.Endpoint;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@code GET /v1/caller}: the caller as the port knows it, and what it may do; for every authenticated caller. */
public final class CallerEndpoint implements Endpoint {
    @Override
    public CompletableFuture<HttpAnswer> answer(ApiRequest request) {
        Caller caller = request.caller();
        List<String> roles =
                caller.roles().stream().sorted().map(Role::wireName).toList();
        return HttpAnswer.ok(json -> {
                    json.writeStringField("name", caller.name());
                    JsonArrays.write(json, "roles", roles);
                    JsonArrays.write(
                            json, "accounts", List.copyOf(caller.accounts().patterns()));
                })
                .now();
    }
}
