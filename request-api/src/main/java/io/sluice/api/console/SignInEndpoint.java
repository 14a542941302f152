package io.sluice.api.console;

import io.sluice.api.auth.OidcClient;
import io.sluice.api.auth.Permission;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.RequestUrl;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.ApiRoute;
import io.sluice.schemas.WireException;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/sign-in}: how to get a token for the port; without a key, since the caller has none yet. */
final class SignInEndpoint {
    private final @Nullable OidcClient client;

    SignInEndpoint(@Nullable OidcClient client) {
        this.client = client;
    }

    ApiRoute route() {
        return ApiRoute.get(
                        "/v1/sign-in",
                        Permission.ANYBODY,
                        request -> show(request).now())
                .named("caller");
    }

    private HttpAnswer show(ApiRequest request) throws WireException {
        RequestUrl.expectOnly(request.query());
        return HttpAnswer.ok(json -> {
            if (client != null) {
                json.writeObjectFieldStart("oidc");
                json.writeStringField("issuer", client.issuer().toString());
                json.writeStringField("clientId", client.clientId());
                json.writeStringField("scope", client.scope());
                json.writeEndObject();
            }
        });
    }
}
