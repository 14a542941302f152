package io.sluice.api;

import static io.sluice.api.AdminPort.json;
import static io.sluice.api.AdminPort.problem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.client.rules.ControlPlane;
import io.sluice.schemas.control.AuditEntry;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.reply.RulesReply;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Access entries on a real admin port, over a rules writer that answers as it is told. */
final class AccessApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ENTRY = "{\"access\":\"deny\",\"client\":\"acme/batch\",\"for\":\"1h\"}";
    private static final String BODY =
            "{\"reason\":\"job\",\"access\":\"deny\",\"client\":\"acme/batch\",\"for\":\"1h\"}";
    private static final long FAR = Long.MAX_VALUE / 2;
    private static AdminPort port;
    private static ScriptedControlPlane writer;

    @BeforeAll
    static void start() throws Exception {
        port = AdminPort.counted();
        writer = port.writer;
    }

    @AfterAll
    static void stop() {
        port.close();
    }

    @BeforeEach
    void reset() {
        writer.reset();
    }

    private static HttpResponse<String> post(String caller, String path, String body) throws Exception {
        return port.admin.send(
                port.as(caller, path).header("idempotency-key", "k").POST(json(body)));
    }

    @Test
    void shouldAnswer201WithTheEntry_whenAdded() throws Exception {
        // Given
        writer.takeNext("otto", new AuditEntry.AccessAdded(3, "otto:k", ENTRY, FAR), null, null);

        // When
        HttpResponse<String> response = post("otto", "/v1/access", BODY);

        // Then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        JsonNode entry = JSON.readTree(response.body());
        assertThat(entry.path("id").asLong()).isEqualTo(3);
        assertThat(entry.path("entry")).isEqualTo(JSON.readTree(ENTRY));
        assertThat(entry.path("author").asText()).isEqualTo("otto");
        assertThat(writer.lastStep).isEqualTo(new ControlCommand.AddAccess(0, ENTRY));
        assertThat(writer.lastBy).isEqualTo(new ControlPlane.By("otto", "job"));
        assertThat(writer.lastCommandId).isEqualTo("otto:k");
    }

    @Test
    void shouldListWhatIsInForce_whenSomeAreOverOrRemoved() throws Exception {
        // Given
        writer.written("otto", new AuditEntry.AccessAdded(1, "a", ENTRY, FAR));
        writer.written("otto", new AuditEntry.AccessAdded(2, "b", ENTRY, 5_000));
        writer.written("otto", new AuditEntry.AccessAdded(3, "c", ENTRY, FAR));
        writer.written("otto", new AuditEntry.AccessRemoved(1, 4));

        // When
        JsonNode list = JSON.readTree(port.get("/v1/access").body());

        // Then
        assertThat(list.path("version").asLong()).isEqualTo(4);
        JsonNode last = JSON.readTree(port.get("/v1/audit?limit=1").body())
                .path("entries")
                .get(0);
        assertThat(last.path("action").asText()).isEqualTo("access-removed");
        assertThat(last.path("accessId").asLong()).isEqualTo(1);
        assertThat(list.path("entries")).hasSize(1);
        assertThat(list.path("entries").get(0).path("id").asLong()).isEqualTo(3);
        assertThat(list.path("entries").get(0).path("reason").asText()).isEqualTo("why 3");
    }

    @Test
    void shouldRemove_whenItIsThere() throws Exception {
        // Given
        writer.takeNext("otto", new AuditEntry.AccessRemoved(3, 4), null, null);

        // When
        HttpResponse<String> response = post("otto", "/v1/access/3/remove", "{\"reason\":\"fixed\"}");

        // Then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(writer.lastStep).isEqualTo(new ControlCommand.RemoveAccess(3));
        problem(post("otto", "/v1/access/x/remove", "{\"reason\":\"fixed\"}"), 404, "not-found");
        writer.refuseNext("unknown-entry");
        problem(post("otto", "/v1/access/9/remove", "{\"reason\":\"fixed\"}"), 404, "not-found");
    }

    @Test
    void shouldTellWhy_whenRefused() throws Exception {
        // Given / When / Then
        writer.refuseNext("invalid-entry", new RulesReply.Problem("for", "missing (expected: a string)"));
        JsonNode invalid = problem(post("otto", "/v1/access", "{\"reason\":\"r\"}"), 400, "invalid-request");
        assertThat(invalid.path("errors").get(0).path("field").asText()).isEqualTo("for");
        writer.refuseNext("too-many-entries");
        problem(post("otto", "/v1/access", BODY), 409, "conflict");
        problem(post("otto", "/v1/access", BODY.replace("client", "klient")), 400, "invalid-request");
        problem(post("otto", "/v1/access", BODY.replace("reason", "message")), 400, "invalid-request");
        writer.failNext();
        assertThat(post("otto", "/v1/access", BODY).statusCode()).isEqualTo(503);
    }

    @Test
    void shouldRefuseCallers_whenTheyAreNoOperators() throws Exception {
        problem(post("ed", "/v1/access", BODY), 403, "forbidden");
        problem(post("vera", "/v1/access/3/remove", "{\"reason\":\"r\"}"), 403, "forbidden");
        assertThat(port.get("/v1/access").statusCode()).isEqualTo(200);
        assertThat(port.admin.send(port.admin.request("/v1/access").GET()).statusCode())
                .isEqualTo(401);
    }
}
