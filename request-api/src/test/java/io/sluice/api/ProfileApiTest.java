package io.sluice.api;

import static io.sluice.api.AdminPort.header;
import static io.sluice.api.AdminPort.json;
import static io.sluice.api.AdminPort.problem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.client.accounts.AccountAdmin;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.account.Profile;
import io.sluice.schemas.control.AuditEntry;
import io.sluice.schemas.reply.ProfileReply;
import io.sluice.schemas.reply.RulesReply;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Accounts on a real admin port, over partitions that answer as they are told. */
final class ProfileApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PROFILE = "/v1/accounts/acme/profile";
    private static final String CHANGES = PROFILE + "/changes";
    private static final Profile PRO = new Profile(
            "acme",
            3,
            "pro",
            Map.of("a", "{\"burst\":5}"),
            new Profile.Listing(false, 9L, "no"),
            new Profile.Change(7, "otto", "paid"));
    private static AdminPort port;
    private static ApiCaller admin;

    @BeforeAll
    static void start() throws Exception {
        port = AdminPort.counted();
        admin = port.admin;
    }

    @AfterAll
    static void stop() {
        port.close();
    }

    @BeforeEach
    void reset() {
        port.writer.reset();
        port.writer.accounts.lastCommand = null;
        answerNext(new AccountAdmin.Shown(new ProfileReply.Shown(PRO, "pro", 8, 6, true, 4)));
    }

    private static void answerNext(AccountAdmin.Answer answer) {
        port.writer.accounts.next = answer;
    }

    private static HttpResponse<String> change(String who, String ifMatch, String body)
            throws IOException, InterruptedException {
        return admin.send(port.as(who, CHANGES).header("if-match", ifMatch).POST(json(body)));
    }

    @Test
    void shouldShowTheProfileWithItsVersion_whenAViewerLooks() throws Exception {
        // When
        HttpResponse<String> response = port.get(PROFILE);

        // Then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(header(response, "etag")).isEqualTo("\"3\"");
        assertThat(JSON.readTree(response.body())).isEqualTo(JSON.readTree("""
                                {"account":"acme","version":3,"tier":"pro","limits":{"a":{"burst":5}},
                                 "listing":{"access":"deny","untilMillis":9,"message":"no"},
                                 "changed":{"atMillis":7,"principal":"otto","reason":"paid"},
                                 "effectiveTier":"pro","rulesetRevision":6,"decidedAtMillis":8,"granted":4}
                                """));
    }

    @Test
    void shouldSendTheCommandAsItsCaller_whenAnOperatorChanges() throws Exception {
        // When
        HttpResponse<String> response = admin.send(port.as("otto", CHANGES)
                .header("if-match", "\"2\"")
                .header("idempotency-key", "k")
                .POST(json("{\"reason\":\"paid\",\"action\":\"override\",\"limit\":\"a\","
                        + "\"override\":{\"rate\":{\"tokens\":1,\"per\":\"1s\"}}}")));

        // Then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(header(response, "etag")).isEqualTo("\"3\"");
        assertThat(port.writer.accounts.lastCommand)
                .isEqualTo(new AccountCommand(
                        "acme",
                        "otto:k",
                        "otto",
                        "paid",
                        2,
                        new AccountCommand.SetOverride("a", "{\"rate\":{\"tokens\":1,\"per\":\"1s\"}}"),
                        null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"vera", "ed", "ann"})
    void shouldForbidChanges_whenNotAnOperator(String who) throws Exception {
        problem(change(who, "\"2\"", "{\"reason\":\"r\",\"action\":\"unlist\"}"), 403, "forbidden");
        assertThat(port.writer.accounts.lastCommand).isNull();
    }

    @Test
    void shouldRefuseStrangers_whenTheyLook() throws Exception {
        problem(admin.send(admin.request(PROFILE).GET()), 401, "unauthorized");
    }

    @Test
    void shouldAskForAPrecondition_whenIfMatchIsMissing() throws Exception {
        HttpResponse<String> response =
                admin.send(port.as("otto", CHANGES).POST(json("{\"reason\":\"r\",\"action\":\"unlist\"}")));

        problem(response, 428, "precondition-required");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"action\":\"unlist\"}",
                "{\"reason\":\"r\"}",
                "{\"reason\":\"r\",\"action\":\"promote\"}",
                "{\"reason\":\"r\",\"action\":\"set-tier\"}",
                "{\"reason\":\"r\",\"action\":\"grant\",\"limit\":\"a\",\"tokens\":0}",
                "[]"
            })
    void shouldAnswer400_whenTheBodyIsWrong(String body) throws Exception {
        problem(change("otto", "\"2\"", body), 400, "invalid-request");
        assertThat(port.writer.accounts.lastCommand).isNull();
    }

    @Test
    void shouldAnswer400_whenTheAccountIsAClientId() throws Exception {
        problem(port.get("/v1/accounts/acme%2Falice/profile"), 400, "invalid-request");
    }

    @ParameterizedTest
    @CsvSource({
        "stale-version,412,precondition-failed",
        "unknown-tier,409,conflict",
        "unchanged,409,conflict",
        "invalid-override,422,invalid-override"
    })
    void shouldTellWhy_whenRefused(String code, int status, String type) throws Exception {
        // Given
        List<RulesReply.Problem> problems = List.of(new RulesReply.Problem("override.burst", "0 (expected: 1..2)"));
        answerNext(new AccountAdmin.Refused(new RulesReply.Refused(code, "a detail", problems)));

        // When
        JsonNode problem = problem(change("otto", "\"2\"", "{\"reason\":\"r\",\"action\":\"unlist\"}"), status, type);

        // Then
        assertThat(problem.path("code").asText()).isEqualTo(code);
        assertThat(problem.path("errors").path(0).path("field").asText()).isEqualTo("override.burst");
    }

    @Test
    void shouldAnswer503_whenThePartitionDoesNot() throws Exception {
        // Given
        answerNext(new AccountAdmin.Unavailable("no answer"));

        // When
        HttpResponse<String> response = port.get(PROFILE);

        // Then
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(header(response, "retry-after")).isEqualTo("1");
    }

    @Test
    void shouldListChangesYoungestFirst_whenTheAuditTrailHasThem() throws Exception {
        // Given
        for (long version = 1; version <= 3; version++) {
            Profile before = new Profile("acme", version - 1, null, Map.of(), null, null);
            Profile after = new Profile("acme", version, null, Map.of(), null, null);
            port.writer.changed(new AuditEntry.AccountChanged(
                    "c", new AccountCommand.Grant("a", List.of("acme"), version), before, after, 1));
        }
        Profile other = new Profile("beta", 1, null, Map.of(), null, null);
        port.writer.changed(new AuditEntry.AccountChanged("c", new AccountCommand.SetTier(null), other, other, 0));

        // When
        HttpResponse<String> response = port.get("/v1/accounts/acme/audit?limit=2");

        // Then
        JsonNode entries = JSON.readTree(response.body()).path("entries");
        assertThat(entries).hasSize(2);
        assertThat(entries.path(0)).isEqualTo(JSON.readTree("""
                                {"version":3,"atMillis":5,"principal":"otto","reason":"why","action":"grant",
                                 "limit":"a","scope":["acme"],"tokens":3,"granted":1}
                                """));
    }
}
