package io.sluice.api;

import static io.sluice.api.AdminPort.problem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.schemas.control.AuditEntry;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Penalties in force, by an audit trail that says what the test wants, and the rules in force. */
final class PenaltiesApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long DAY_MILLIS = 24 * 3_600_000L;
    private static final String RULES = """
            {"limits":[{"id":"calls","scope":"client","rate":{"tokens":1,"per":"1s"}}],
             "penalties":{"rules":[
               {"id":"stuffing","after":{"denials":10,"per":"1m"},"ladder":[{"action":"challenge","for":"1d"},
                 {"for":"2d"}],"decay":"1d"},
               {"id":"tried","mode":"shadow","scope":"account","after":{"denials":9,"per":"1m"},
                 "ladder":[{"for":"1d"}],"decay":"1d"},
               {"id":"lasting","after":{"denials":9,"per":"1m"},"ladder":[{"for":"1h"}],"decay":"1d","extend":true}]}}
            """;

    private static AdminPort port;
    private long offset;

    @BeforeAll
    static void start() throws Exception {
        port = AdminPort.counted();
    }

    @AfterAll
    static void stop() {
        port.close();
    }

    @BeforeEach
    void reset() {
        port.writer.reset();
        offset = 0;
        port.writer.written("ed", new AuditEntry.Activated(1, 1, RULES));
    }

    private void begins(
            String account, @Nullable String client, String penalty, String effect, long forMillis, boolean enforced) {
        long nowMillis = System.currentTimeMillis();
        port.writer.penalised(
                nowMillis - 1_000,
                "10 denials in 60000 ms",
                new AuditEntry.PenaltyChanged(account, client, penalty, effect, 1, nowMillis + forMillis, enforced),
                ++offset);
    }

    private static JsonNode list(String query) throws Exception {
        HttpResponse<String> response = port.get("/v1/penalties" + query);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private static List<String> who(JsonNode list) {
        List<String> who = new ArrayList<>();
        list.path("penalties")
                .forEach(each -> who.add(
                        each.path("clientId").asText(each.path("account").asText()) + " "
                                + each.path("penaltyId").asText()));
        return who;
    }

    @Test
    void shouldShowWhoIsPenalised_withRungEndRuleAndPlace() throws Exception {
        // Given
        begins("shop", "shop/alice", "stuffing", "challenge", DAY_MILLIS, true);
        begins("globex", null, "tried", "deny", DAY_MILLIS, false);

        // When
        JsonNode list = list("");

        // Then
        assertThat(list.path("count").asInt()).isEqualTo(2);
        assertThat(list.path("dropped").asInt()).isZero();
        assertThat(list.path("topic").asText()).isEqualTo("sluice.audit.v1");
        assertThat(who(list)).containsExactly("globex tried", "shop/alice stuffing");
        JsonNode alice = list.path("penalties").get(1);
        assertThat(alice.path("account").asText()).isEqualTo("shop");
        assertThat(alice.path("effect").asText()).isEqualTo("challenge");
        assertThat(alice.path("rung").asInt()).isEqualTo(1);
        assertThat(alice.path("rungs").asInt()).isEqualTo(2);
        assertThat(alice.path("mode").asText()).isEqualTo("enforce");
        assertThat(alice.path("untilMillis").asLong())
                .isGreaterThan(list.path("atMillis").asLong());
        assertThat(alice.path("trigger").asText()).isEqualTo("10 denials in 60000 ms");
        assertThat(alice.path("partition").asInt()).isZero();
        assertThat(alice.path("offset").asLong()).isEqualTo(1);
        JsonNode globex = list.path("penalties").get(0);
        assertThat(globex.has("clientId")).isFalse();
        assertThat(globex.path("mode").asText()).isEqualTo("shadow");
    }

    @Test
    void shouldShowOnlyWhatHasEffect_underTheRulesInForce() throws Exception {
        // Given: over, of no rule, in another mode than its rule, of another subject
        begins("shop", "shop/over", "stuffing", "deny", -1, true);
        begins("shop", "shop/gone", "dropped", "deny", DAY_MILLIS, true);
        begins("shop", "shop/mode", "stuffing", "deny", DAY_MILLIS, false);
        begins("shop", null, "stuffing", "deny", DAY_MILLIS, true);
        begins("shop", "shop/now", "stuffing", "deny", DAY_MILLIS, true);
        assertThat(who(list(""))).containsExactly("shop/now stuffing");

        // When the rule goes
        port.writer.written("ed", new AuditEntry.Activated(2, 2, "{\"limits\":[]}"));

        // Then
        assertThat(who(list(""))).isEmpty();
    }

    @Test
    void shouldSayThatItMayBeOver_whenRequestsCouldHaveMadeItLonger() throws Exception {
        // Given one whose time is over, one whose time is not, and one that was over long ago
        begins("shop", "shop/long-ago", "lasting", "deny", -2 * DAY_MILLIS, true);
        begins("shop", "shop/over", "lasting", "deny", -1, true);
        begins("shop", "shop/now", "lasting", "deny", DAY_MILLIS, true);

        // When
        JsonNode list = list("");

        // Then
        assertThat(who(list)).containsExactly("shop/now lasting", "shop/over lasting");
        assertThat(list.path("penalties").get(0).path("extends").asBoolean()).isTrue();
        assertThat(list.path("penalties").get(0).path("mayBeOver").asBoolean()).isFalse();
        assertThat(list.path("penalties").get(1).path("mayBeOver").asBoolean()).isTrue();
    }

    @Test
    void shouldNeitherRepeatNorMiss_whenReadByPages() throws Exception {
        // Given
        for (int i = 0; i < 7; i++) {
            begins("a" + i % 2, "a" + i % 2 + "/c" + i, "stuffing", "deny", DAY_MILLIS, true);
        }
        begins("b", null, "tried", "deny", DAY_MILLIS, false);

        // When
        List<String> all = new ArrayList<>();
        String next = "?limit=3&mode=enforce";
        while (!next.isEmpty()) {
            JsonNode page = list(next);
            assertThat(page.path("count").asInt()).isEqualTo(7);
            all.addAll(who(page));
            next = page.path("next").asText().replace("/v1/penalties", "");
        }

        // Then
        assertThat(all)
                .containsExactly(
                        "a0/c6 stuffing",
                        "a1/c5 stuffing",
                        "a0/c4 stuffing",
                        "a1/c3 stuffing",
                        "a0/c2 stuffing",
                        "a1/c1 stuffing",
                        "a0/c0 stuffing");
        assertThat(who(list("?account=a1"))).containsExactly("a1/c5 stuffing", "a1/c3 stuffing", "a1/c1 stuffing");
        assertThat(who(list("?penalty=tried&account=b"))).containsExactly("b tried");
        assertThat(who(list("?mode=shadow"))).containsExactly("b tried");
    }

    @ParameterizedTest
    @CsvSource({"mode=both,mode", "limit=0,limit", "before=x,before", "rule=x,rule"})
    void shouldNameTheParameter_whenItMakesNoSense(String query, String field) throws Exception {
        assertThat(problem(port.get("/v1/penalties?" + query), 400, "invalid-request")
                        .toString())
                .contains("\"" + field + "\"");
    }

    @Test
    void shouldShowNothing_toWhoMayNotSee() throws Exception {
        problem(port.admin.send(port.as("agent", "/v1/penalties").GET()), 403, "forbidden");
        port.writer.forgetThatItIsComplete();
        assertThat(port.get("/v1/penalties").statusCode()).isEqualTo(503);
    }
}
