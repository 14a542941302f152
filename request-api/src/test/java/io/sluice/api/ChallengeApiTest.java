package io.sluice.api;

import static io.sluice.api.AdminPort.json;
import static io.sluice.api.AdminPort.problem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.api.auth.Access;
import io.sluice.api.auth.AccessKey;
import io.sluice.api.auth.AllowedAccounts;
import io.sluice.api.auth.Role;
import io.sluice.client.ChallengeTokens;
import io.sluice.client.accounts.AccountAdmin;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.account.Profile;
import io.sluice.schemas.codec.ChallengeCodec;
import io.sluice.schemas.control.Challenge;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.reply.ProfileReply;
import io.sluice.schemas.reply.RulesReply;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import io.sluice.testkit.keys.TestKeys;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Challenge tokens on real ports: given out with verdicts, and redeemed by who may. */
final class ChallengeApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REASON = "{\"reason\":\"captcha passed\"}";
    private static final PrometheusMeterRegistry REGISTRY = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private static final ScriptedControlPlane PLANE = new ScriptedControlPlane();
    private static RequestApi api;
    private static ApiCaller data;
    private static ApiCaller admin;

    @BeforeAll
    static void start() throws Exception {
        AllowedAccounts own = AllowedAccounts.of(List.of("penalised", "banned"));
        Access access = Access.of(List.of(
                new AccessKey("login", Set.of(Role.REDEEMER), own, AccessKey.hashOf("secret-of-login")),
                new AccessKey("shop", Set.of(), own, AccessKey.hashOf("secret-of-shop")),
                new AccessKey(
                        "other",
                        Set.of(Role.REDEEMER),
                        AllowedAccounts.of(List.of("other")),
                        AccessKey.hashOf("secret-of-other"))));
        api = RequestApi.start(
                RequestApiConfig.standard("127.0.0.1", 0, 0),
                new DataPlane(new ScriptedAdmissions(), access).with(new ChallengeTokens(TestKeys.COMMANDS, REGISTRY)),
                new AdminPlane(PLANE, access),
                REGISTRY);
        data = new ApiCaller(api.dataPort());
        admin = new ApiCaller(api.adminPort());
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @BeforeEach
    void reset() {
        PLANE.accounts.lastCommand = null;
        PLANE.accounts.next = new AccountAdmin.Shown(new ProfileReply.Shown(
                new Profile("penalised", 0, null, Map.of(), null, null), "free", 5_000, 7, true, 0));
    }

    private static HttpResponse<String> post(String who, String path, String body) throws Exception {
        return data.send(data.request(path)
                .header("authorization", "Bearer secret-of-" + who)
                .header("content-type", "application/json")
                .header("idempotency-key", "k")
                .POST(json(body)));
    }

    private static JsonNode penalty(String clientId) throws Exception {
        HttpResponse<String> response = post("shop", "/v1/admissions", "{\"clientId\":\"" + clientId + "\"}");
        assertThat(response.statusCode()).isEqualTo(429);
        return JSON.readTree(response.body()).path("penalty");
    }

    @Test
    void shouldAddAToken_whenAPenaltyAsksForAChallenge() throws Exception {
        // When
        String token = penalty("penalised/a b").path("challenge").asText();
        String again = penalty("penalised/a b").path("challenge").asText();
        String ofAll = penalty("banned/x").path("challenge").asText();
        HttpResponse<String> batch = post(
                "shop",
                "/v1/admissions/atomic",
                "{\"checks\":[{\"clientId\":\"penalised/a b\"},{\"clientId\":\"penalised/c\"}]}");

        // Then
        assertThat(TestKeys.COMMANDS_PUBLIC.verify(SignedKind.CHALLENGE, ChallengeCodec.signed(token)))
                .isTrue();
        assertThat(ChallengeCodec.decode(token))
                .isEqualTo(new Challenge(
                        ClientId.parse("clientId", "penalised/a b"),
                        "stuffing",
                        new DecisionId(3, 30),
                        1_700_000_060_000L));
        assertThat(again).isEqualTo(token);
        assertThat(ChallengeCodec.decode(ofAll).clientId().text()).isEqualTo("banned");
        assertThat(JSON.readTree(batch.body()).path("penalty").path("challenge").asText())
                .isEqualTo(token);
        assertThat(REGISTRY.get("sluice.challenge.tokens").gauge().value()).isBetween(2.0, 3.0);
    }

    @Test
    void shouldSendTheCommand_whenRedeemed() throws Exception {
        // Given
        String token = penalty("penalised/a").path("challenge").asText();

        // When
        HttpResponse<String> response = post("login", "/v1/challenges/" + token, REASON);

        // Then
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(JSON.readTree(response.body()))
                .isEqualTo(JSON.readTree("{\"clientId\":\"penalised/a\",\"penalty\":\"stuffing\",\"begunBy\":\"3-30\","
                        + "\"decidedAtMillis\":5000}"));
        assertThat(PLANE.accounts.lastCommand)
                .isEqualTo(new AccountCommand(
                        "penalised", "login:k", "login", "captcha passed", 0, new AccountCommand.Redeem(token), null));
    }

    @Test
    void shouldAnswerWithAProblem_whenTheLedgerRefuses() throws Exception {
        // Given
        String path =
                "/v1/challenges/" + penalty("penalised/a").path("challenge").asText();

        // When / Then
        refuse("challenge-over");
        problem(post("login", path, REASON), 409, "challenge-over");
        refuse("challenge-forged");
        problem(post("login", path, REASON), 403, "challenge-not-valid");
        refuse("challenge-of-another-account");
        problem(post("login", path, REASON), 403, "challenge-not-valid");
        PLANE.accounts.next = new AccountAdmin.Unavailable("nobody there");
        assertThat(post("login", path, REASON).statusCode()).isEqualTo(503);
    }

    private static void refuse(String code) {
        PLANE.accounts.next = new AccountAdmin.Refused(new RulesReply.Refused(code, "it is not so", List.of()));
    }

    @Test
    void shouldSendNothing_whenTheCallerMayNotOrTheRequestIsNone() throws Exception {
        // Given
        String path =
                "/v1/challenges/" + penalty("penalised/a").path("challenge").asText();

        // When / Then
        assertThat(problem(post("shop", path, REASON), 403, "forbidden")
                        .path("detail")
                        .asText())
                .isEqualTo("shop (expected: a key with role redeemer)");
        problem(post("other", path, REASON), 403, "forbidden");
        problem(post("nobody", path, REASON), 401, "unauthorized");
        problem(post("login", path, "{}"), 400, "invalid-request");
        problem(post("login", path, "{\"reason\":\"r\",\"client\":\"penalised/b\"}"), 400, "invalid-request");
        problem(post("login", "/v1/challenges/no-token", REASON), 400, "invalid-request");
        problem(post("login", "/v1/challenges/" + "a.".repeat(2_000), REASON), 400, "invalid-request");
        assertThat(PLANE.accounts.lastCommand).isNull();
    }

    @Test
    void shouldNotReadOnTheAdminPort_whenRedeemingIsAllOfTheRole() throws Exception {
        HttpResponse<String> response = admin.send(admin.request("/v1/accounts/penalised/profile")
                .header("authorization", "Bearer secret-of-login")
                .GET());

        problem(response, 403, "forbidden");
    }
}
