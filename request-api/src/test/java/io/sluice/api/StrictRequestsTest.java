package io.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.api.RawConnection.Reply;
import io.sluice.api.auth.Access;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request says is read as it stands, or refused with the place: bodies, parameters and paths of both ports. */
final class StrictRequestsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static AdminPort port;

    @BeforeAll
    static void start() throws Exception {
        port = new AdminPort(Access.open("everybody"));
        port.writer.reset();
    }

    @AfterAll
    static void stop() {
        port.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "/v1/admissions | {'clientId':'acme/x','Cost':500} | Cost | cost",
                "/v1/admissions | {'clientId':'acme/x','idempotency_key':'k'} | idempotency_key | idempotencyKey",
                "/v1/admissions | {'clientId':'acme/x','path':'/v1/orders'} | path | route.path",
                "/v1/admissions/batch | {'Requests':[]} | Requests | requests",
                "/v1/admissions/atomic | {'checks':[],'requestID':'r'} | requestID | requestId",
                "/v1/reservations | {'clientId':'acme','reserve':{'ttl':5}} | reserve.ttl | only ttlMillis",
                "/v1/reservations/0-1/commit | {'clientId':'acme','costs':1} | costs | cost",
                "/v1/reservations/0-1/cancel | {'clientID':'acme'} | clientID | clientId",
                "/v1/admissions/0-1/release | {'clientId':'acme','deadline_millis':5} | deadline_millis |"
                        + " deadlineMillis",
            })
    void shouldAnswer400WithTheNearestMember_onTheDataPort(String path, String body, String field, String expected)
            throws Exception {
        assertRefused(port.data.post(path, json(body)), field, "unknown member (expected: " + expected + ")");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "/v1/explain | {'clientId':'acme','Route':{}} | Route | route",
                "/v1/rulesets/proposals | {'reason':'r','document':{},'base_revision':1} | base_revision |"
                        + " baseRevision",
                "/v1/rulesets/proposals/1/approve | {'reason':'r','x':1} | x | only reason",
                "/v1/rulesets/proposals/1/reject | {'Reason':'r'} | Reason | reason",
                "/v1/rulesets/proposals/1/activate | {'reason':'r','revision':1} | revision | only reason",
                "/v1/rulesets/rollback | {'reason':'r','to_revision':1} | to_revision | toRevision",
                "/v1/accounts/acme/profile/changes | {'reason':'r','action':'set-tier','Tier':'pro'} | Tier | tier",
                "/v1/accounts/acme/profile/changes | {'reason':'r','action':'unlist','tier':'pro'} | tier "
                        + "| only reason, action",
            })
    void shouldAnswer400WithTheNearestMember_onTheAdminPort(String path, String body, String field, String expected)
            throws Exception {
        HttpResponse<String> response = port.admin.send(port.admin
                .request(path)
                .header("content-type", "application/json")
                .header("if-match", "\"1\"")
                .POST(AdminPort.json(json(body))));

        assertRefused(response, field, "unknown member (expected: " + expected + ")");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/rulesets?Limit=5 | Limit | unknown member (expected: limit)",
                "/v1/audit?before=1&before=2 | before | given twice (expected: once)",
                "/v1/rulesets/proposals?state=open | state | unknown member (expected: only before, limit)",
                "/v1/accounts/acme/audit?limt=5 | limt | unknown member (expected: limit)",
                "/v1/accounts/acme/profile?x=1 | query | given (expected: none, this resource has no parameters)",
                "/v1/rulesets/active?x | query | given (expected: none, this resource has no parameters)",
                "/v1/rulesets/proposals/1?x=1 | query | given (expected: none, this resource has no parameters)",
                "/v1/audit?before=%C0%AF | query | byte 0xC0 at index 7 (expected: UTF-8, see RFC 3629)",
            })
    void shouldAnswer400_whenAParameterIsUnknownOrUnreadable(String path, String field, String detail)
            throws Exception {
        assertRefused(port.admin.get(path), field, detail);
    }

    @Test
    void shouldAnswer400_whenQuotaHasParameters() throws Exception {
        assertRefused(
                port.data.get("/v1/clients/acme/quota?tier=pro"),
                "query",
                "given (expected: none, this resource has no parameters)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"acme%C0%AFx", "acme%ED%A0%80", "acme%F4%90%80%80", "acme%E2%82", "acme%ff"})
    void shouldAnswer400_whenAPathIsNotUtf8(String clientId) throws Exception {
        try (RawConnection connection = new RawConnection(port.data.port())) {
            // When
            Reply reply = connection
                    .send(RawConnection.head("GET", "/v1/clients/" + clientId + "/quota", "Connection: close"))
                    .read();

            // Then
            assertThat(reply.status()).as(reply.body()).isEqualTo(400);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/admissions", "/v1/reservations", "/v1/admissions/batch"})
    void shouldAnswer400WithTheByte_whenABodyIsNotUtf8(String path) throws Exception {
        // Given: a slash in an overlong form
        String body = "{\"clientId\":\"acme\u00C0\u00AFx\"}";
        try (RawConnection connection = new RawConnection(port.data.port())) {
            // When
            Reply reply = connection
                    .send((RawConnection.post(path, body)).getBytes(StandardCharsets.ISO_8859_1))
                    .read();

            // Then
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.body()).contains("byte 0xC0 at index 17 (expected: UTF-8, see RFC 3629)");
        }
    }

    private static void assertRefused(HttpResponse<String> response, String field, String detail) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        JsonNode error = JSON.readTree(response.body()).path("errors").get(0);
        assertThat(error.path("field").asText()).isEqualTo(field);
        assertThat(error.path("detail").asText()).isEqualTo(detail);
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }
}
