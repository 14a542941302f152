package io.sluice.api.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.api.auth.Permission;
import io.sluice.api.auth.Role;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.Problem;
import io.sluice.api.http.RequestUrl;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.ApiRoute;
import io.sluice.client.rules.AccessView;
import io.sluice.client.rules.ControlPlane;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DocumentTree;
import io.sluice.schemas.control.ControlCommand;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** {@code /v1/access}: the access entries, which allow or deny for a time, outside of the ruleset. */
public final class AccessEndpoints {
    private static final String ENDPOINT = "access";
    private static final String PATH = "/v1/access";

    private final ControlPlane plane;
    private final int bodyBytesMax;

    public AccessEndpoints(ControlPlane plane, int bodyBytesMax) {
        this.plane = plane;
        this.bodyBytesMax = bodyBytesMax;
    }

    public List<ApiRoute> routes() {
        return List.of(
                View.route(PATH, ENDPOINT, this::list),
                ApiRoute.post(PATH, Permission.of(Role.OPERATOR), bodyBytesMax, this::add)
                        .named(ENDPOINT),
                ApiRoute.post(PATH + "/{id}/remove", Permission.of(Role.OPERATOR), bodyBytesMax, this::remove)
                        .named(ENDPOINT));
    }

    private HttpAnswer list(ApiRequest request) throws WireException {
        RequestUrl.expectOnly(request.query());
        if (!plane.view().isComplete()) {
            return RevisionEndpoints.NOT_READ_YET;
        }
        AccessView view = plane.view().access();
        return HttpAnswer.ok(json -> {
            json.writeNumberField("version", view.version());
            RulesJson.writeAll(json, "entries", view.entries(System.currentTimeMillis()), AccessEndpoints::write);
        });
    }

    private static void write(JsonGenerator json, AccessView.Entry entry) throws IOException {
        json.writeNumberField("id", entry.id());
        json.writeFieldName("entry");
        // The rules writer has read it before it was stored.
        json.writeRawValue(entry.entryJson());
        json.writeNumberField("atMillis", entry.atMillis());
        json.writeNumberField("untilMillis", entry.untilMillis());
        json.writeStringField("author", entry.author());
        json.writeStringField("reason", entry.reason());
    }

    private CompletableFuture<HttpAnswer> add(ApiRequest request) throws WireException {
        CommandBody body =
                CommandBody.of(request).only("reason", "access", "account", "client", "attributes", "for", "message");
        Map<Object, Object> entry = new LinkedHashMap<>(body.members());
        entry.remove("reason");
        Long seen = RevisionTag.expected(request);
        if (seen == null && !plane.view().isComplete()) {
            return RevisionEndpoints.NOT_READ_YET.now();
        }
        long expected = seen == null ? plane.view().access().version() : seen;
        String commandId = CommandName.of(request);
        return plane.command(commandId, body.by(), new ControlCommand.AddAccess(expected, DocumentTree.toJson(entry)))
                .thenApply(answer -> added(commandId, answer));
    }

    private HttpAnswer added(String commandId, ControlPlane.Answer answer) {
        if (!(answer instanceof ControlPlane.Taken)) {
            return RulesProblems.of(answer);
        }
        AccessView.Entry entry = plane.view().access().addedBy(commandId);
        return entry == null
                ? Problem.CONFLICT.answer("the entry of this Idempotency-Key is over (expected: another key)")
                : new HttpAnswer(201, HttpAnswer.JSON, Map.of(), json -> write(json, entry));
    }

    private CompletableFuture<HttpAnswer> remove(ApiRequest request) throws WireException {
        CommandBody body = CommandBody.of(request).only("reason");
        String text = request.path("id");
        if (!text.matches("[1-9]\\d{0,15}")) {
            return Problem.NOT_FOUND.answer("no such access entry: " + text).now();
        }
        long id = Long.parseLong(text);
        return plane.command(UUID.randomUUID().toString(), body.by(), new ControlCommand.RemoveAccess(id))
                .thenApply(answer -> removed(id, answer));
    }

    private static HttpAnswer removed(long id, ControlPlane.Answer answer) {
        return answer instanceof ControlPlane.Taken
                ? HttpAnswer.ok(json -> json.writeNumberField("id", id))
                : RulesProblems.of(answer);
    }
}
