package io.sluice.api.decisions;

import io.sluice.api.auth.AuthFailures;
import io.sluice.api.auth.Permission;
import io.sluice.api.auth.Role;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.search.FoundPageJson;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.ApiRoute;
import io.sluice.client.decisions.AccountDecisions;
import io.sluice.client.search.FoundPage;
import io.sluice.schemas.WireException;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.topic.TopicCatalogue;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@code GET /v1/accounts/{account}/decisions}: recent decisions about an account, newest first. */
public final class DecisionEndpoints {
    private static final String PATH = "/v1/accounts/{account}/decisions";
    private static final String ENDPOINT = "decisions";

    private final AccountDecisions decisions;

    public DecisionEndpoints(AccountDecisions decisions) {
        this.decisions = decisions;
    }

    /** Any account: for the admin port. */
    public List<ApiRoute> adminRoutes() {
        return List.of(ApiRoute.get(PATH, Permission.of(Role.VIEWER), request -> page(request, account(request)))
                .named(ENDPOINT));
    }

    /** The caller's own accounts: for the data port. */
    public List<ApiRoute> dataRoutes(AuthFailures refusals) {
        return List.of(ApiRoute.get(PATH, Permission.ANY_CALLER, request -> {
                    String account = account(request);
                    return request.caller().accounts().covers(account)
                            ? page(request, account)
                            : refusals.withoutAccount(request.caller(), account).now();
                })
                .named(ENDPOINT));
    }

    private CompletableFuture<HttpAnswer> page(ApiRequest request, String account) throws WireException {
        DecisionParameters parameters = DecisionParameters.of(request.query());
        return decisions.page(parameters.query(account)).thenApply(answer -> answer(answer, account, parameters));
    }

    private static HttpAnswer answer(AccountDecisions.Answer answer, String account, DecisionParameters parameters) {
        if (answer instanceof AccountDecisions.Found found) {
            return shown(found.page(), account, parameters);
        }
        return answer instanceof AccountDecisions.Invalid invalid
                ? Problem.invalid(invalid.field(), invalid.detail())
                : Problem.unavailable(((AccountDecisions.Unavailable) answer).detail());
    }

    private static HttpAnswer shown(FoundPage page, String account, DecisionParameters parameters) {
        return HttpAnswer.ok(json -> {
            json.writeStringField("account", account);
            json.writeStringField("topic", TopicCatalogue.DECISIONS);
            json.writeNumberField("partition", page.partition());
            FoundPageJson.write(json, page, "record", before -> parameters.nextPath(account, before));
        });
    }

    private static String account(ApiRequest request) throws WireException {
        ClientId account = ClientId.parse("account", request.path("account"));
        if (!account.text().equals(account.account())) {
            throw new WireException("account", "a client ID (expected: its first segment)");
        }
        return account.text();
    }
}
