package io.sluice.api.access;

import com.fasterxml.jackson.core.JsonGenerator;
import io.javalin.config.RoutesConfig;
import io.sluice.api.http.HttpAnswer;
import java.io.IOException;
import java.util.Collection;

/** {@code GET /v1/caller}: whom the port takes the caller for, and what it may do; for everybody who is known. */
public final class CallerRoutes {
    private static final String ENDPOINT = "caller";

    private final Gate gate;

    public CallerRoutes(Gate gate) {
        this.gate = gate;
    }

    public void addTo(RoutesConfig routes) {
        routes.get("/v1/caller", gate.known(ENDPOINT, CallerRoutes::show));
    }

    private static HttpAnswer show(Caller caller) {
        return HttpAnswer.ok(json -> {
            json.writeStringField("name", caller.name());
            writeAll(
                    json,
                    "roles",
                    caller.roles().stream().sorted().map(Role::wireName).toList());
            writeAll(json, "accounts", caller.accounts().patterns());
        });
    }

    private static void writeAll(JsonGenerator json, String name, Collection<String> texts) throws IOException {
        json.writeArrayFieldStart(name);
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }
}
