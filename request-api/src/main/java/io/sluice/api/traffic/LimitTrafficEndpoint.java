package io.sluice.api.traffic;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.api.auth.Permission;
import io.sluice.api.auth.Role;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.RequestUrl;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.ApiRoute;
import io.sluice.schemas.WireException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/limits/traffic}: what this front end answered in the last ten minutes, limit by limit. */
final class LimitTrafficEndpoint {
    private static final String IDS = "ids";
    private static final String LIMIT = "limit";
    private static final int IDS_MAX = 50;
    private static final int ROWS = 50;
    private static final int ROWS_MAX = 500;

    private final String frontEnd;
    private final LimitTraffic traffic;

    LimitTrafficEndpoint(String frontEnd, LimitTraffic traffic) {
        this.frontEnd = frontEnd;
        this.traffic = traffic;
    }

    ApiRoute route() {
        return ApiRoute.get(
                        "/v1/limits/traffic",
                        Permission.of(Role.VIEWER),
                        request -> show(request).now())
                .named("traffic");
    }

    private HttpAnswer show(ApiRequest request) throws WireException {
        RequestUrl.expectOnly(request.query(), IDS, LIMIT);
        String ids = RequestUrl.parameter(request.query(), IDS);
        int rowsMax = rowsMax(RequestUrl.parameter(request.query(), LIMIT));
        List<LimitTraffic.Row> rows = ids == null ? traffic.refusingMost(rowsMax) : traffic.rows(ids(ids));
        return HttpAnswer.ok(json -> {
            json.writeStringField("frontEnd", frontEnd);
            json.writeNumberField("windowMillis", LimitTraffic.WINDOW_MILLIS);
            json.writeNumberField("nearPerMille", LimitTraffic.NEAR_PER_MILLE);
            json.writeNumberField("tracked", traffic.tracked());
            json.writeNumberField("untracked", traffic.untracked());
            json.writeArrayFieldStart("limits");
            for (LimitTraffic.Row row : rows) {
                write(json, row);
            }
            json.writeEndArray();
        });
    }

    private static void write(JsonGenerator json, LimitTraffic.Row row) throws IOException {
        LimitUse.Counts counts = row.counts();
        json.writeStartObject();
        json.writeStringField("id", row.id());
        json.writeNumberField("answered", counts.answered());
        json.writeNumberField("refused", counts.refused());
        json.writeNumberField("shadowRefused", counts.shadowRefused());
        json.writeNumberField("accounts", counts.accounts());
        json.writeNumberField("sampledAccounts", counts.sampled());
        json.writeNumberField("nearAccounts", counts.near());
        json.writeNumberField("usedPerMille", counts.usedPerMille());
        json.writeEndObject();
    }

    private static List<String> ids(String text) throws WireException {
        List<String> ids = List.of(text.split(",", -1));
        if (ids.size() > IDS_MAX) {
            throw new WireException(IDS, ids.size() + " of them (expected: at most " + IDS_MAX + ")");
        }
        return ids;
    }

    private static int rowsMax(@Nullable String text) throws WireException {
        try {
            int rows = text == null ? ROWS : Integer.parseInt(text);
            if (rows >= 1 && rows <= ROWS_MAX) {
                return rows;
            }
        } catch (NumberFormatException e) {
            // Reported below, like a number that is out of range.
        }
        throw new WireException(LIMIT, "not usable (expected: 1.." + ROWS_MAX + ")");
    }
}
