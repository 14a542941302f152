package io.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.api.access.Access;
import io.sluice.api.access.AccessKey;
import io.sluice.api.access.Role;
import io.sluice.client.rules.ControlPlane;
import io.sluice.schemas.control.AuditEntry;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.reply.RulesReply;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
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
    private static final ScriptedControlPlane WRITER = new ScriptedControlPlane();
    private static RequestApi api;
    private static ApiCaller admin;
    private static ApiCaller data;

    private static String document(int burst) {
        return "{\"limits\":[{\"id\":\"a\",\"scope\":\"client\",\"rate\":{\"tokens\":1,\"per\":\"1s\"},\"burst\":"
                + burst + "}]}";
    }

    @BeforeAll
    static void start() throws Exception {
        Access access = Access.of(List.of(
                key("vera", Role.VIEWER),
                key("ed", Role.EDITOR),
                key("ann", Role.APPROVER),
                key("otto", Role.OPERATOR)));
        api = RequestApi.start(
                RequestApiConfig.standard("127.0.0.1", 0, 0),
                new ScriptedAdmissions(),
                new AdminPlane(WRITER, access),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
        admin = new ApiCaller(api.adminPort());
        data = new ApiCaller(api.dataPort());
    }

    private static AccessKey key(String name, Role role) {
        return new AccessKey(name, Set.of(role), AccessKey.hashOf("secret-of-" + name));
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @BeforeEach
    void reset() {
        WRITER.reset();
    }

    @Test
    void shouldAnswer201WithTheProposal_whenProposed() throws Exception {
        // Given
        WRITER.written("otto", new AuditEntry.Adopted(3, BURST_1));
        WRITER.takeNext("ed", new AuditEntry.Proposed(7, "c", 3, BURST_2), 7L, null);

        // When
        HttpResponse<String> response = admin.send(as("ed", PROPOSALS)
                .header("idempotency-key", "k")
                .POST(json("{\"reason\":\"more\",\"document\":" + BURST_2 + ",\"unknown\":1}")));

        // Then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(header(response, "location")).isEqualTo("/v1/rulesets/proposals/7");
        JsonNode proposal = JSON.readTree(response.body());
        assertThat(proposal.path("status").asText()).isEqualTo("open");
        assertThat(proposal.path("baseRevision").asLong()).isEqualTo(3);
        assertThat(proposal.path("author").asText()).isEqualTo("ed");
        assertThat(proposal.path("document")).isEqualTo(JSON.readTree(BURST_2));
        assertThat(WRITER.lastStep).isEqualTo(new ControlCommand.Propose(3, BURST_2));
        assertThat(WRITER.lastBy).isEqualTo(new ControlPlane.By("ed", "more"));
        assertThat(WRITER.lastCommandId).isEqualTo("ed:k");
    }

    @Test
    void shouldListEveryProblemWithItsPlace_whenTheDocumentIsInvalid() throws Exception {
        // Given
        WRITER.refuseNext("invalid-document", new RulesReply.Problem("limits[0].burst", "0 (expected: 1..2)"));

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
        WRITER.refuseNext(code);

        // When
        HttpResponse<String> response = admin.send(as("otto", PROPOSALS + "/1/activate")
                .header("if-match", "\"4\"")
                .POST(json("{\"reason\":\"r\"}")));

        // Then
        assertThat(problem(response, status, type).path("code").asText()).isEqualTo(code);
        assertThat(WRITER.lastStep).isEqualTo(new ControlCommand.Activate(1, 4));
    }

    @Test
    void shouldAnswer503_whenTheWriterDoesNotAnswer() throws Exception {
        // Given
        WRITER.failNext();

        // When
        HttpResponse<String> response =
                admin.send(as("ann", PROPOSALS + "/1/approve").POST(json("{\"reason\":\"r\"}")));

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
        HttpResponse<String> without = admin.send(as("otto", path).POST(json(body)));
        HttpResponse<String> weak =
                admin.send(as("otto", path).header("if-match", "W/\"4\"").POST(json(body)));
        HttpResponse<String> any =
                admin.send(as("otto", path).header("if-match", "*").POST(json(body)));

        // Then
        problem(without, 428, "precondition-required");
        problem(weak, 400, "invalid-request");
        problem(any, 400, "invalid-request");
        assertThat(WRITER.lastStep).isNull();
    }

    @Test
    void shouldAnswerTheRevision_whenActivatedAndRolledBack() throws Exception {
        // Given
        WRITER.written("ed", new AuditEntry.Proposed(1, "c", 0, BURST_1));
        WRITER.takeNext("otto", new AuditEntry.Activated(1, 1, BURST_1), 1L, 1L);

        // When
        HttpResponse<String> activated = admin.send(as("otto", PROPOSALS + "/1/activate")
                .header("if-match", "\"0\"")
                .POST(json("{\"reason\":\"r\"}")));
        WRITER.takeNext("otto", new AuditEntry.RolledBack(1, 2, BURST_1), null, 2L);
        HttpResponse<String> rolledBack = admin.send(as("otto", "/v1/rulesets/rollback")
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
        assertThat(WRITER.lastStep).isEqualTo(new ControlCommand.RollBack(1, 1));
    }

    @Test
    void shouldShowWhatIsThere_whenLookedAt() throws Exception {
        // Given
        WRITER.written("ed", new AuditEntry.Proposed(1, "c", 0, BURST_1));
        WRITER.written("otto", new AuditEntry.Activated(1, 1, BURST_1));
        WRITER.written("ed", new AuditEntry.Proposed(2, "d", 1, BURST_2));
        WRITER.written("ann", new AuditEntry.Approved(2));

        // When
        HttpResponse<String> active = get("/v1/rulesets/active");
        HttpResponse<String> same = admin.send(as("vera", "/v1/rulesets/active")
                .header("if-none-match", "\"1\"")
                .GET());
        JsonNode diff = JSON.readTree(get(PROPOSALS + "/2/diff").body());
        JsonNode history = JSON.readTree(get("/v1/rulesets").body());
        JsonNode audit = JSON.readTree(get("/v1/audit?limit=3").body());
        JsonNode rest = JSON.readTree(get(audit.path("next").asText()).body());

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
        assertThat(JSON.readTree(get(PROPOSALS + "/2").body()).path("status").asText())
                .isEqualTo("approved");
        assertThat(JSON.readTree(get(PROPOSALS).body()).path("proposals")).hasSize(2);
        assertThat(get("/v1/rulesets/1").statusCode()).isEqualTo(200);
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
        problem(get(path), 404, "not-found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/rulesets", "/v1/rulesets/active", "/v1/audit", PROPOSALS, PROPOSALS + "/1"})
    void shouldAnswer503_whenTheTrailIsStillBeingRead(String path) throws Exception {
        // Given
        WRITER.forgetThatItIsComplete();

        // When / Then
        assertThat(get(path).statusCode()).isEqualTo(503);
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
        assertThat(WRITER.lastStep).isNull();
    }

    @Test
    void shouldAnswer400_whenTheBodyIsNotSaidToBeJson() throws Exception {
        // Given
        HttpRequest.Builder request = admin.request(PROPOSALS)
                .header("authorization", "Bearer secret-of-ed")
                .header("content-type", "text/plain")
                .POST(json("{\"reason\":\"r\",\"document\":{}}"));

        // When / Then
        assertThat(problem(admin.send(request), 400, "invalid-request").toString())
                .contains("Content-Type");
    }

    @ParameterizedTest
    @CsvSource({
        "POST,/v1/rulesets/proposals,ed",
        "POST,/v1/rulesets/proposals/1/approve,ann",
        "POST,/v1/rulesets/proposals/1/reject,ann",
        "POST,/v1/rulesets/proposals/1/activate,otto",
        "POST,/v1/rulesets/rollback,otto",
        "GET,/v1/rulesets,all",
        "GET,/v1/rulesets/active,all",
        "GET,/v1/rulesets/1,all",
        "GET,/v1/rulesets/proposals,all",
        "GET,/v1/rulesets/proposals/1,all",
        "GET,/v1/rulesets/proposals/1/diff,all",
        "GET,/v1/audit,all"
    })
    void shouldLetInOnlyWhoMay_whenOnTheAdminPort(String method, String path, String who) throws Exception {
        // Given
        for (String name : List.of("vera", "ed", "ann", "otto")) {
            // When
            HttpResponse<String> response = admin.send(as(name, path).method(method, json("{}")));

            // Then
            if (who.equals(name) || who.equals("all")) {
                assertThat(response.statusCode()).as(name + path).isNotIn(401, 403);
            } else {
                problem(response, 403, "forbidden");
                assertThat(header(response, "www-authenticate")).contains("insufficient_scope");
            }
        }
        for (String field : List.of("Bearer wrong", "Bearer ", "Basic c2VjcmV0", "secret-of-ed")) {
            HttpResponse<String> response = admin.send(
                    admin.request(path).header("authorization", field).method(method, json("{}")));
            problem(response, 401, "unauthorized");
            assertThat(header(response, "www-authenticate")).isEqualTo("Bearer realm=\"sluice admin\"");
        }
        assertThat(admin.send(admin.request(path).method(method, json("{}"))).statusCode())
                .isEqualTo(401);
        assertThat(data.send(data.request(path).method(method, json("{}"))).statusCode())
                .isEqualTo(404);
    }

    @Test
    void shouldLetEverybodyIn_whenOpen() throws Exception {
        // Given
        try (RequestApi open = RequestApi.start(
                RequestApiConfig.standard("127.0.0.1", 0, 0),
                new ScriptedAdmissions(),
                new AdminPlane(WRITER, Access.open("dev")),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))) {
            WRITER.refuseNext("unchanged");

            // When
            HttpResponse<String> response =
                    new ApiCaller(open.adminPort()).post(PROPOSALS, "{\"reason\":\"r\",\"document\":{\"limits\":[]}}");

            // Then
            problem(response, 409, "conflict");
            assertThat(WRITER.lastBy).isEqualTo(new ControlPlane.By("dev", "r"));
        }
    }

    private static HttpResponse<String> propose(String body) throws IOException, InterruptedException {
        return admin.send(as("ed", PROPOSALS).POST(json(body)));
    }

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return admin.send(as("vera", path).GET());
    }

    private static HttpRequest.Builder as(String name, String path) {
        return admin.request(path)
                .header("authorization", "Bearer secret-of-" + name)
                .header("content-type", "application/json");
    }

    private static HttpRequest.BodyPublisher json(String body) {
        return HttpRequest.BodyPublishers.ofString(body);
    }

    private static JsonNode problem(HttpResponse<String> response, int status, String type) throws IOException {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(header(response, "content-type")).isEqualTo("application/problem+json");
        JsonNode problem = JSON.readTree(response.body());
        assertThat(problem.path("type").asText()).isEqualTo("urn:sluice:problem:" + type);
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        return problem;
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
