package io.sluice.api.alerts;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.api.auth.Permission;
import io.sluice.api.auth.Role;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.ApiRoute;
import io.sluice.client.alerts.AlertPage;
import io.sluice.client.alerts.RecentAlerts;
import io.sluice.client.alerts.RecordedAlert;
import io.sluice.schemas.WireException;
import io.sluice.schemas.topic.TopicCatalogue;
import java.io.IOException;
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

    private static HttpAnswer shown(AlertPage page, AlertParameters parameters) {
        return HttpAnswer.ok(json -> {
            json.writeStringField("topic", TopicCatalogue.ALERTS);
            json.writeNumberField("keptFromOffset", page.keptFrom());
            json.writeNumberField("scannedOffsets", page.scanned());
            json.writeNumberField("unknown", page.unknown());
            json.writeArrayFieldStart("records");
            for (RecordedAlert record : page.records()) {
                write(json, record);
            }
            json.writeEndArray();
            if (page.next() != null) {
                json.writeStringField("before", page.next().text());
                json.writeStringField("next", parameters.nextPath(page.next()));
            }
        });
    }

    private static void write(JsonGenerator json, RecordedAlert record) throws IOException {
        json.writeStartObject();
        json.writeNumberField("partition", record.position().partition());
        json.writeNumberField("offset", record.position().offset());
        json.writeNumberField("recordedAtMillis", record.recordedAtMillis());
        if (record.json() == null) {
            json.writeStringField("unknown", String.valueOf(record.unknown()));
        } else {
            json.writeFieldName("alert");
            json.writeRawValue(record.json());
        }
        json.writeEndObject();
    }
}
