package io.sluice.api;

import static io.sluice.api.AdminPort.header;
import static io.sluice.api.AdminPort.json;
import static io.sluice.api.AdminPort.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.api.auth.Access;
import io.sluice.client.rules.ControlPlane;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who gets through to which resource, on which port. */
final class RulesetAccessTest {
    private static AdminPort port;

    @BeforeAll
    static void start() throws Exception {
        port = AdminPort.counted();
        port.writer.reset();
    }

    @AfterAll
    static void stop() {
        port.close();
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
        "GET,/v1/audit,all",
        "GET,/v1/caller,all",
        "POST,/v1/signals,otto",
        "POST,/v1/explain,all",
        "POST,/v1/rulesets/trials,ed",
        "GET,/v1/rulesets/trials,all",
        "GET,/v1/rulesets/trials/t-1,all",
        "DELETE,/v1/rulesets/trials/t-1,ed"
    })
    void shouldLetInOnlyWhoMay_whenOnTheAdminPort(String method, String path, String who) throws Exception {
        // Given
        for (String name : List.of("vera", "ed", "ann", "otto")) {
            // When
            HttpResponse<String> response = port.admin.send(port.as(name, path).method(method, json("{}")));

            // Then
            if (who.equals(name) || who.equals("all")) {
                assertThat(response.statusCode()).as(name + path).isNotIn(401, 403);
            } else {
                problem(response, 403, "forbidden");
                assertThat(header(response, "www-authenticate")).contains("insufficient_scope");
            }
        }
        for (String field : List.of("Bearer ", "Basic c2VjcmV0", "secret-of-ed")) {
            HttpResponse<String> response = port.admin.send(
                    port.admin.request(path).header("authorization", field).method(method, json("{}")));
            problem(response, 401, "unauthorized");
            assertThat(header(response, "www-authenticate")).isEqualTo("Bearer realm=\"sluice admin\"");
        }
        HttpResponse<String> wrong = port.admin.send(
                port.admin.request(path).header("authorization", "Bearer wrong").method(method, json("{}")));
        problem(wrong, 401, "unauthorized");
        assertThat(header(wrong, "www-authenticate"))
                .isEqualTo("Bearer realm=\"sluice admin\", error=\"invalid_token\", error_description=\"unknown key\"");
        assertThat(port.admin
                        .send(port.admin.request(path).method(method, json("{}")))
                        .statusCode())
                .isEqualTo(401);
        assertThat(port.data
                        .send(port.data.request(path).method(method, json("{}")))
                        .statusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({"Bearer wrong,application/json,401", "Bearer secret-of-ed,text/plain,415"})
    void shouldAnnounceThatItCloses_whenRefusedBeforeTheBodyCame(String key, String type, int status) throws Exception {
        // Given: a caller that would send its next request on the same connection
        String head = "POST /v1/rulesets/proposals HTTP/1.1\r\nHost: x\r\nAuthorization: " + key + "\r\nContent-Type: "
                + type + "\r\nContent-Length: 2\r\n\r\n";

        // When
        String response = port.admin.raw(head);

        // Then
        assertThat(response).startsWith("HTTP/1.1 " + status).containsIgnoringCase("\r\nConnection: close\r\n");
    }

    @Test
    void shouldKeepTheConnection_whenTheBodyWasRead() throws Exception {
        // Given
        String post = "POST /v1/rulesets/proposals HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer secret-of-ed\r\n"
                + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
        String last = post.replace("Host: x", "Host: x\r\nConnection: close");

        // When
        String responses = port.admin.raw(post + last);

        // Then
        assertThat(responses.split("HTTP/1.1 400", -1)).hasSize(3);
    }

    @Test
    void shouldTellCallersWhatTheyMay() throws Exception {
        // Given
        // When
        HttpResponse<String> response =
                port.admin.send(port.as("ed", "/v1/caller").GET());

        // Then
        assertThat(response.body()).isEqualTo("{\"name\":\"ed\",\"roles\":[\"editor\"],\"accounts\":[]}");
    }

    @Test
    void shouldDescribeItself_onTheAdminPortOnly() throws Exception {
        // Given
        // When / Then
        assertThat(port.admin.get("/openapi-admin.yaml").body())
                .startsWith("openapi: 3.1")
                .contains("/v1/rulesets/active:");
        assertThat(port.data.get("/openapi-admin.yaml").statusCode()).isEqualTo(404);
    }

    @Test
    void shouldLetEverybodyIn_whenOpen() throws Exception {
        // Given
        try (AdminPort open = new AdminPort(Access.open("dev"))) {
            open.writer.reset();
            open.writer.refuseNext("unchanged");

            // When
            HttpResponse<String> response =
                    open.admin.post("/v1/rulesets/proposals", "{\"reason\":\"r\",\"document\":{\"limits\":[]}}");

            // Then
            problem(response, 409, "conflict");
            assertThat(open.writer.lastBy).isEqualTo(new ControlPlane.By("dev", "r"));
        }
    }
}
