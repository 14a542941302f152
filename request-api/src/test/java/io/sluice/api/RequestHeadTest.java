package io.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.api.RawConnection.Reply;
import io.sluice.api.auth.Access;
import io.sluice.api.auth.AccessKey;
import io.sluice.api.auth.AllowedAccounts;
import io.sluice.api.auth.Role;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods that no resource has, HEAD, and fields that come twice, on both ports, guarded. */
final class RequestHeadTest {
    private static final String KEY = "sluice_secret-of-all";
    private static final String AUTHORIZATION = "Authorization: Bearer " + KEY;
    private static final List<String> DATA_PATHS = List.of(
            "/v1/admissions",
            "/v1/admissions/",
            "/v1/admissions/batch",
            "/v1/admissions/atomic",
            "/v1/reservations",
            "/v1/reservations/0-1/commit",
            "/v1/reservations/0-1/cancel",
            "/v1/admissions/0-1/release",
            "/v1/clients/acme/quota",
            "/v1/nothing");
    private static final List<String> ADMIN_PATHS = List.of(
            "/v1/rulesets/proposals",
            "/v1/rulesets/proposals/1",
            "/v1/rulesets/proposals/1/activate",
            "/v1/rulesets/active",
            "/v1/rulesets",
            "/v1/rulesets/1",
            "/v1/audit",
            "/v1/accounts/acme/profile",
            "/v1/accounts/acme/audit",
            "/v1/explain",
            "/v1/nothing");

    private static RequestApi api;

    @BeforeAll
    static void start() throws Exception {
        Access access = Access.of(List.of(new AccessKey("all", Set.of(Role.values()), AllowedAccounts.ALL, hash())));
        ScriptedControlPlane writer = new ScriptedControlPlane();
        writer.reset();
        api = RequestApi.start(
                RequestApiConfig.standard("127.0.0.1", 0, 0),
                new DataPlane(new ScriptedAdmissions(), access),
                new AdminPlane(writer, access),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    }

    private static String hash() {
        return AccessKey.hashOf(KEY);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET",
                "HEAD",
                "POST",
                "PUT",
                "PATCH",
                "DELETE",
                "OPTIONS",
                "TRACE",
                "PROPFIND",
                "NONSENSE",
                "get"
            })
    void shouldTellStrangersOnlyThat_whateverTheMethod(String method) throws Exception {
        // Given
        for (String path : DATA_PATHS) {
            // When
            Reply unauthenticated = RawConnection.ask(api.dataPort(), RawConnection.head(method, path));

            // Then
            assertStranger(unauthenticated, method, path, "sluice data");
        }
        for (String path : ADMIN_PATHS) {
            assertStranger(
                    RawConnection.ask(api.adminPort(), RawConnection.head(method, path)), method, path, "sluice admin");
        }
    }

    private static void assertStranger(Reply reply, String method, String path, String realm) {
        assertThat(reply.status()).as("%s %s: %s", method, path, reply).isEqualTo(401);
        assertThat(reply.head()).contains("Bearer realm=\"" + realm + "\"").doesNotContain("Allow:");
        assertThat(reply.body().isEmpty()).isEqualTo(method.equals("HEAD"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "NONSENSE"})
    void shouldNameTheMethodsThatAreThere_whenTheCallerIsKnown(String method) throws Exception {
        // Given
        for (String path : List.of("/v1/admissions", "/v1/admissions/batch", "/v1/reservations")) {
            // When
            Reply reply = RawConnection.ask(api.dataPort(), RawConnection.head(method, path, AUTHORIZATION));

            // Then
            assertThat(reply.status()).as("%s %s: %s", method, path, reply).isEqualTo(405);
            assertThat(reply.head()).contains("Allow: POST");
        }
        Reply admin =
                RawConnection.ask(api.adminPort(), RawConnection.head(method, "/v1/rulesets/proposals", AUTHORIZATION));
        assertThat(admin.status()).as(admin.toString()).isEqualTo(405);
        assertThat(admin.head()).contains("Allow: GET, HEAD, POST");
    }

    @ParameterizedTest
    @CsvSource({
        "data,/v1/clients/acme/quota,200",
        "data,/v1/clients//quota,400",
        "data,/v1/reservations,405",
        "data,/v1/admissions,405",
        "data,/healthz,200",
        "data,/openapi.yaml,200",
        "admin,/console,200",
        "admin,/console/sign-in,404",
        "admin,/v1/rulesets/check,405",
        "admin,/v1/rulesets/7,404",
        "admin,/v1/rulesets,200",
        "admin,/v1/rulesets/proposals/77,404",
        "admin,/v1/rulesets/proposals/x,400",
        "admin,/v1/audit,200"
    })
    void shouldAnswerHeadAsGet_withoutTheBody(String port, String path, int status) throws Exception {
        // Given
        int number = port.equals("data") ? api.dataPort() : api.adminPort();

        // When
        Reply get = RawConnection.ask(number, RawConnection.head("GET", path, AUTHORIZATION));
        Reply head = RawConnection.ask(number, RawConnection.head("HEAD", path, AUTHORIZATION));

        // Then
        assertThat(head.status()).isEqualTo(get.status()).isEqualTo(status);
        assertThat(head.body()).isEmpty();
        assertThat(field(head, "content-type")).isEqualTo(field(get, "content-type"));
        assertThat(field(head, "content-length")).isEqualTo(field(get, "content-length"));
    }

    private static String field(Reply reply, String name) {
        return reply.head()
                .lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name))
                .findFirst()
                .orElse("");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Authorization | Bearer wrong",
                "authorization | Bearer " + KEY,
                "Content-Type | application/json",
                "If-Match | \"1\"",
                "Idempotency-Key | k",
                "idempotency-key | k",
                "Expect | 100-continue",
                "Host | y",
                "Content-Length | 2"
            })
    void shouldRefuse_whenAFieldIsThereTwice(String name, String value) throws Exception {
        // Given
        String field = name + ": " + value;
        String once = "{\"clientId\":\"acme/a\"}";
        String[] fields = {
            AUTHORIZATION, "If-Match: \"0\"", "Idempotency-Key: a", "Expect: none", "Content-Length: " + once.length()
        };
        fields[3] = name.equals("Expect") ? field : "X-Other: 1";

        for (String path : List.of("/v1/admissions", "/v1/admissions/batch", "/v1/reservations", "/healthz")) {
            // When
            Reply reply =
                    RawConnection.ask(api.dataPort(), RawConnection.head("POST", path, with(fields, field)) + once);

            // Then
            assertRefused(reply, name, path);
        }
        for (String path : List.of("/v1/rulesets/proposals", "/v1/accounts/acme/profile/changes", "/v1/explain")) {
            assertRefused(
                    RawConnection.ask(api.adminPort(), RawConnection.head("POST", path, with(fields, field)) + once),
                    name,
                    path);
        }
    }

    private static String[] with(String[] fields, String more) {
        String[] all = Arrays.copyOf(fields, fields.length + 1);
        all[fields.length] = more;
        return all;
    }

    private static void assertRefused(Reply reply, String name, String path) {
        assertThat(reply.status()).as("%s: %s", path, reply).isEqualTo(400);
        if (!name.equals("Host") && !name.equals("Content-Length")) {
            assertThat(reply.body())
                    .contains("urn:sluice:problem:invalid-request", "more than one field (expected: one)")
                    .containsIgnoringCase("\"field\":\"" + name + "\"");
        }
    }

    @Test
    void shouldTakeOtherFieldsTwice() throws Exception {
        // Given
        String body = "{\"clientId\":\"acme/a\"}";

        // When
        Reply reply = RawConnection.ask(
                api.dataPort(),
                RawConnection.head(
                                "POST",
                                "/v1/admissions",
                                AUTHORIZATION,
                                "Via: 1.1 a",
                                "Via: 1.1 b",
                                "X-Forwarded-For: 192.0.2.1",
                                "X-Forwarded-For: 192.0.2.2",
                                "Content-Length: " + body.length())
                        + body);

        // Then
        assertThat(reply.status()).isEqualTo(200);
    }
}
