package io.sluice.api;

import static io.sluice.api.AdminPort.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.schemas.control.AuditEntry;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Drafts that an editor types, on a real admin port. */
final class RulesetCheckApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LIMIT =
            "{\"id\":\"a\",\"scope\":\"client\",\"rate\":{\"tokens\":1,\"per\":\"1s\"},\"burst\":%s}";
    private static AdminPort port;

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
    }

    @Test
    void shouldNameEveryMistakeWithItsPlace_whenTheDraftIsInvalid() throws Exception {
        // When
        JsonNode checked = check("ed", draft("-1"), 200);

        // Then
        assertThat(checked.path("valid").asBoolean()).isFalse();
        assertThat(checked.path("errors").get(0).path("field").asText()).isEqualTo("limits[0].burst");
        assertThat(checked.has("changes")).isFalse();
    }

    @Test
    void shouldSayWhatWouldChange_whenTheDraftIsValid() throws Exception {
        // Given
        port.writer.written("otto", new AuditEntry.RolledBack(1, 3, draft("5")));

        // When
        JsonNode checked = check("ed", draft("7"), 200);

        // Then
        assertThat(checked.path("valid").asBoolean()).isTrue();
        assertThat(checked.path("activeRevision").asLong()).isEqualTo(3);
        assertThat(checked.path("changes").get(0).path("path").asText()).isEqualTo("limits[a].burst");
        assertThat(checked.path("buckets").get(0).path("limitId").asText()).isEqualTo("a");
        assertThat(port.writer.lastStep).isNull();
    }

    @Test
    void shouldSayWhatWouldChange_whenNothingIsInForce() throws Exception {
        // When
        JsonNode checked = check("ed", draft("7"), 200);

        // Then
        assertThat(checked.path("activeRevision").asLong()).isZero();
        assertThat(checked.path("changes")).isNotEmpty();
    }

    @Test
    void shouldRefuse_whoeverMayNotProposeOrSendsSomethingElse() throws Exception {
        check("vera", draft("7"), 403);
        check("ed", "7", 400);
        port.writer.forgetThatItIsComplete();
        check("ed", draft("7"), 503);
    }

    @Test
    void shouldNameItsOnlyMethod_whenItIsReadAsIfItWereARevision() throws Exception {
        // When
        HttpResponse<String> response = port.get("/v1/rulesets/check");

        // Then
        AdminPort.problem(response, 405, "method-not-allowed");
        assertThat(AdminPort.header(response, "allow")).isEqualTo("POST");
    }

    private static String draft(String burst) {
        return "{\"limits\":[" + LIMIT.formatted(burst) + "]}";
    }

    private static JsonNode check(String name, String document, int status) throws Exception {
        HttpResponse<String> response =
                port.admin.send(port.as(name, "/v1/rulesets/check").POST(json("{\"document\":" + document + "}")));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return JSON.readTree(response.body());
    }
}
