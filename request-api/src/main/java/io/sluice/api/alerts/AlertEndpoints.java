package io.sluice.api.alerts;

import io.sluice.api.auth.Permission;
import io.sluice.api.auth.Role;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.search.FoundPageJson;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.ApiRoute;
import io.sluice.client.alerts.RecentAlerts;
import io.sluice.client.search.FoundPage;
import io.sluice.schemas.WireException;
import io.sluice.schemas.topic.TopicCatalogue;
import java.util.concurrent.CompletableFuture;

/** {@code GET /v1/alerts}: thresholds that were crossed, spikes and burn rates, newest first. */
public final class AlertEndpoints {
    private final RecentAlerts alerts;

    public AlertEndpoints(RecentAlerts alerts) {
        this.alerts = alerts;
    }

    /** Alerts are about all accounts, so they are for the admin port. */
    public ApiRoute route() {
        return ApiRoute.get(AlertParameters.PATH, Permission.of(Role.VIEWER), this::page)
                .named("alerts");
    }

    private CompletableFuture<HttpAnswer> page(ApiRequest request) throws WireException {
        AlertParameters parameters = AlertParameters.of(request.query());
        return alerts.page(parameters.query()).thenApply(answer -> answer(answer, parameters));
    }

    private static HttpAnswer answer(RecentAlerts.Answer answer, AlertParameters parameters) {
        if (answer instanceof RecentAlerts.Found found) {
            return shown(found.page(), parameters);
        }
        return answer instanceof RecentAlerts.Invalid invalid
                ? Problem.invalid(invalid.field(), invalid.detail())
                : Problem.unavailable(((RecentAlerts.Unavailable) answer).detail());
    }

    private static HttpAnswer shown(FoundPage page, AlertParameters parameters) {
        return HttpAnswer.ok(json -> {
            json.writeStringField("topic", TopicCatalogue.ALERTS);
            FoundPageJson.write(json, page, "alert", parameters::nextPath);
        });
    }
}
