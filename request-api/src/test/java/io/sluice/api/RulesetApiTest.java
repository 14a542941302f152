package io.sluice.api;

import static io.sluice.api.AdminPort.header;
import static io.sluice.api.AdminPort.json;
import static io.sluice.api.AdminPort.problem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.client.rules.ControlPlane;
import io.sluice.schemas.control.AuditEntry;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.reply.RulesReply;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Collections;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rulesets on a real admin port, over a rules writer that answers as it is told. */
final class RulesetApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PROPOSALS = "/v1/rulesets/proposals";
    private static final String BURST_1 = document(1);
    private static final String BURST_2 = document(2);
    private static AdminPort port;
    private static ScriptedControlPlane writer;
    private static ApiCaller admin;

    private static String document(int burst) {
        return "{\"limits\":[{\"id\":\"a\",\"scope\":\"client\",\"rate\":{\"tokens\":1,\"per\":\"1s\"},\"burst\":"
                + burst + "}]}";
    }

    @BeforeAll
    static void start() throws Exception {
        port = AdminPort.counted();
        writer = port.writer;
        admin = port.admin;
    }

    @AfterAll
    static void stop() {
        port.close();
    }

    @BeforeEach
    void reset() {
        writer.reset();
    }

    @Test
    void shouldAnswer201WithTheProposal_whenProposed() throws Exception {
        // Given
        writer.written("otto", new AuditEntry.RolledBack(1, 3, BURST_1));
        writer.takeNext("ed", new AuditEntry.Proposed(7, "c", 3, BURST_2), 7L, null);

        // When
        HttpResponse<String> response = admin.send(port.as("ed", PROPOSALS)
                .header("idempotency-key", "k")
                .POST(json("{\"reason\":\"more\",\"document\":" + BURST_2 + "}")));

        // Then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(header(response, "location")).isEqualTo("/v1/rulesets/proposals/7");
        JsonNode proposal = JSON.readTree(response.body());
        assertThat(proposal.path("status").asText()).isEqualTo("open");
        assertThat(proposal.path("baseRevision").asLong()).isEqualTo(3);
        assertThat(proposal.path("author").asText()).isEqualTo("ed");
        assertThat(proposal.path("document")).isEqualTo(JSON.readTree(BURST_2));
        assertThat(writer.lastStep).isEqualTo(new ControlCommand.Propose(3, BURST_2));
        assertThat(writer.lastBy).isEqualTo(new ControlPlane.By("ed", "more"));
        assertThat(writer.lastCommandId).isEqualTo("ed:k");
    }

    @Test
    void shouldListEveryProblemWithItsPlace_whenTheDocumentIsInvalid() throws Exception {
        // Given
        writer.refuseNext("invalid-document", new RulesReply.Problem("limits[0].burst", "0 (expected: 1..2)"));

        // When
        HttpResponse<String> response = propose("{\"reason\":\"r\",\"document\":{\"limits\":[]},\"baseRevision\":0}");

        // Then
        JsonNode problem = problem(response, 422, "invalid-ruleset");
        assertThat(problem.path("errors").get(0).path("field").asText()).isEqualTo("limits[0].burst");
        assertThat(problem.path("errors").get(0).path("detail").asText()).isEqualTo("0 (expected: 1..2)");
        assertThat(problem.path("code").asText()).isEqualTo("invalid-document");
    }

    @ParameterizedTest
    @CsvSource({
        "stale-revision,412,precondition-failed",
        "stale-proposal,409,conflict",
        "not-open,409,conflict",
        "not-approved,409,conflict",
        "unchanged,409,conflict",
        "too-many-proposals,409,conflict",
        "unknown-proposal,404,not-found",
        "same-principal,403,forbidden",
        "internal,500,internal"
    })
    void shouldTellWhy_whenTheWriterRefuses(String code, int status, String type) throws Exception {
        // Given
        writer.refuseNext(code);

        // When
        HttpResponse<String> response = admin.send(port.as("otto", PROPOSALS + "/1/activate")
                .header("if-match", "\"4\"")
                .POST(json("{\"reason\":\"r\"}")));

        // Then
        assertThat(problem(response, status, type).path("code").asText()).isEqualTo(code);
        assertThat(writer.lastStep).isEqualTo(new ControlCommand.Activate(1, 4));
    }

    @Test
    void shouldAnswer503_whenTheWriterDoesNotAnswer() throws Exception {
        // Given
        writer.failNext();

        // When
        HttpResponse<String> response =
                admin.send(port.as("ann", PROPOSALS + "/1/approve").POST(json("{\"reason\":\"r\"}")));

        // Then
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("the rules writer did not answer");
    }

    @ParameterizedTest
    @ValueSource(strings = {PROPOSALS + "/1/activate", "/v1/rulesets/rollback"})
    void shouldInsistOnAPrecondition_whenSomethingIsPutInForce(String path) throws Exception {
        // Given
        String body = "{\"reason\":\"r\",\"toRevision\":1}";

        // When
        HttpResponse<String> without = admin.send(port.as("otto", path).POST(json(body)));
        HttpResponse<String> weak =
                admin.send(port.as("otto", path).header("if-match", "W/\"4\"").POST(json(body)));
        HttpResponse<String> any =
                admin.send(port.as("otto", path).header("if-match", "*").POST(json(body)));

        // Then
        problem(without, 428, "precondition-required");
        problem(weak, 400, "invalid-request");
        problem(any, 400, "invalid-request");
        assertThat(writer.lastStep).isNull();
    }

    @Test
    void shouldAnswerTheRevision_whenActivatedAndRolledBack() throws Exception {
        // Given
        writer.written("ed", new AuditEntry.Proposed(1, "c", 0, BURST_1));
        writer.takeNext("otto", new AuditEntry.Activated(1, 1, BURST_1), 1L, 1L);

        // When
        HttpResponse<String> activated = admin.send(port.as("otto", PROPOSALS + "/1/activate")
                .header("if-match", "\"0\"")
                .POST(json("{\"reason\":\"r\"}")));
        writer.takeNext("otto", new AuditEntry.RolledBack(1, 2, BURST_1), null, 2L);
        HttpResponse<String> rolledBack = admin.send(port.as("otto", "/v1/rulesets/rollback")
                .header("if-match", "\"1\"")
                .POST(json("{\"reason\":\"r\",\"toRevision\":1}")));

        // Then
        assertThat(activated.statusCode()).as(activated.body()).isEqualTo(200);
        assertThat(header(activated, "etag")).isEqualTo("\"1\"");
        assertThat(JSON.readTree(activated.body()).path("revision").asLong()).isEqualTo(1);
        assertThat(rolledBack.statusCode()).isEqualTo(200);
        assertThat(header(rolledBack, "etag")).isEqualTo("\"2\"");
        assertThat(JSON.readTree(rolledBack.body()).path("fromRevision").asLong())
                .isEqualTo(1);
        assertThat(writer.lastStep).isEqualTo(new ControlCommand.RollBack(1, 1));
    }

    @Test
    void shouldShowWhatIsThere_whenLookedAt() throws Exception {
        // Given
        writer.written("ed", new AuditEntry.Proposed(1, "c", 0, BURST_1));
        writer.written("otto", new AuditEntry.Activated(1, 1, BURST_1));
        writer.written("ed", new AuditEntry.Proposed(2, "d", 1, BURST_2));
        writer.written("ann", new AuditEntry.Approved(2));

        // When
        HttpResponse<String> active = port.get("/v1/rulesets/active");
        HttpResponse<String> same = admin.send(port.as("vera", "/v1/rulesets/active")
                .header("if-none-match", "\"1\"")
                .GET());
        JsonNode diff = JSON.readTree(port.get(PROPOSALS + "/2/diff").body());
        JsonNode history = JSON.readTree(port.get("/v1/rulesets").body());
        JsonNode audit = JSON.readTree(port.get("/v1/audit?limit=3").body());
        JsonNode rest = JSON.readTree(port.get(audit.path("next").asText()).body());

        // Then
        assertThat(header(active, "etag")).isEqualTo("\"1\"");
        assertThat(JSON.readTree(active.body()).path("document")).isEqualTo(JSON.readTree(BURST_1));
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(diff.path("changes").toString())
                .isEqualTo("[{\"kind\":\"changed\",\"path\":\"limits[a].burst\",\"before\":1,\"after\":2}]");
        assertThat(history.path("revisions")).hasSize(1);
        assertThat(history.path("revisions").get(0).path("proposalId").asLong()).isEqualTo(1);
        assertThat(audit.path("entries").findValuesAsText("action"))
                .containsExactly("approved", "proposed", "activated");
        assertThat(rest.path("entries").findValuesAsText("action")).containsExactly("proposed");
        assertThat(JSON.readTree(port.get(PROPOSALS + "/2").body())
                        .path("status")
                        .asText())
                .isEqualTo("approved");
        assertThat(JSON.readTree(port.get(PROPOSALS).body()).path("proposals")).hasSize(2);
        assertThat(port.get("/v1/rulesets/1").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/rulesets/active",
                "/v1/rulesets/9",
                "/v1/rulesets/x",
                PROPOSALS + "/9",
                PROPOSALS + "/9/diff"
            })
    void shouldAnswer404_whenThereIsNone(String path) throws Exception {
        // Given
        // When / Then
        problem(port.get(path), 404, "not-found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/rulesets", "/v1/rulesets/active", "/v1/audit", PROPOSALS, PROPOSALS + "/1"})
    void shouldAnswer503_whenTheTrailIsStillBeingRead(String path) throws Exception {
        // Given
        writer.forgetThatItIsComplete();

        // When / Then
        assertThat(port.get(path).statusCode()).isEqualTo(503);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{",
                "{\"document\":{}}",
                "{\"document\":{},\"reason\":\" \"}",
                "{\"reason\":\"r\"}",
                "{\"reason\":\"r\",\"document\":\"text\"}",
                "{\"reason\":\"r\",\"document\":{},\"baseRevision\":-1}",
                "{\"reason\":\"r\",\"document\":{},\"baseRevision\":\"1\"}"
            })
    void shouldAnswer400_whenABodyBreaksTheContract(String body) throws Exception {
        // Given
        // When / Then
        problem(propose(body), 400, "invalid-request");
        assertThat(writer.lastStep).isNull();
    }

    @Test
    void shouldAnswerAsTheDataPort_whenTheBodyIsNotSaidToBeJsonOrIsTooLarge() throws Exception {
        // Given
        String body = "{\"reason\":\"r\",\"document\":{}}";
        HttpRequest.Builder text = admin.request(PROPOSALS)
                .header("authorization", "Bearer secret-of-ed")
                .header("content-type", "text/plain")
                .POST(json(body));
        HttpRequest.Builder unreported = admin.request(PROPOSALS)
                .header("authorization", "Bearer secret-of-ed")
                .POST(json(body));

        // When / Then
        problem(admin.send(text), 415, "unsupported-media-type");
        problem(admin.send(unreported), 415, "unsupported-media-type");
        String longReason = "{\"reason\":\"" + "r".repeat(1 << 20) + "\"}";
        problem(admin.send(port.as("ann", PROPOSALS + "/1/approve").POST(json(longReason))), 413, "body-too-large");
        assertThat(writer.lastStep).isNull();
    }

    @Test
    void shouldTakeADocument_whenItHasMillionsOfCharacters() throws Exception {
        // Given
        String limit = "{\"id\":\"" + "l".repeat(1_000) + "\"}";
        String document = "{\"limits\":[" + String.join(",", Collections.nCopies(3_000, limit)) + "]}";

        // When
        propose("{\"reason\":\"r\",\"baseRevision\":1,\"document\":" + document + "}");

        // Then
        assertThat(new ControlCommand.Propose(1, document).equals(writer.lastStep))
                .isTrue();
    }

    private static HttpResponse<String> propose(String body) throws IOException, InterruptedException {
        return admin.send(port.as("ed", PROPOSALS).POST(json(body)));
    }
}
