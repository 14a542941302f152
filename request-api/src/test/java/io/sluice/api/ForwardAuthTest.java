package io.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.api.auth.AllowedAccounts;
import io.sluice.api.auth.AuthFailures;
import io.sluice.api.auth.Caller;
import io.sluice.api.data.CallerAdmissions;
import io.sluice.api.data.ForwardAuthConfig;
import io.sluice.api.data.ForwardAuthEndpoint;
import io.sluice.api.gateways.TrustedProxies;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.ApiRoute;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.Priority;
import io.sluice.schemas.request.Route;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the forward-auth endpoint believes, and of whom. */
final class ForwardAuthTest {
    private static final String PROXY = "10.0.0.1";
    private static final String SOMEBODY = "198.51.100.9";
    private static final Caller GATEWAY_WITH_KEY = caller("gw", "*");
    private static final long SEED = 20_261_129L;
    private static final int HOSTILE = 20_000;

    private final ScriptedAdmissions cluster = new ScriptedAdmissions();
    private final ForwardAuthConfig config = new ForwardAuthConfig(
            TrustedProxies.of(List.of("10.0.0.0/8", "fd00::/8")),
            /* deadlineMillis= */ 250,
            new ForwardAuthConfig.Fields(
                    "X-Client-ID", "X-Cost", "X-Priority", Map.of("agent", "User-Agent", "plan", "X-Plan")));
    private final CallerAdmissions admissions =
            new CallerAdmissions(cluster, new AuthFailures(new SimpleMeterRegistry(), "data"));
    private final ForwardAuthEndpoint endpoint = new ForwardAuthEndpoint(admissions, config, /* isOpen= */ false);

    private static Caller caller(String name, String... accounts) {
        return new Caller(name, Set.of(), AllowedAccounts.of(List.of(accounts)));
    }

    /** A request, field by field. */
    private record Asked(String peer, Caller caller, String below, String query, HttpFields.Mutable fields) {
        static Asked by(String peer) {
            return new Asked(peer, Caller.NOBODY, "", null, HttpFields.build());
        }

        Asked as(Caller newCaller) {
            return new Asked(peer, newCaller, below, query, fields);
        }

        Asked below(String newBelow) {
            return new Asked(peer, caller, newBelow, query, fields);
        }

        Asked query(String newQuery) {
            return new Asked(peer, caller, below, newQuery, fields);
        }

        Asked with(String name, String value) {
            fields.add(name, value);
            return this;
        }

        ApiRequest request() throws Exception {
            return new ApiRequest(
                    new byte[0],
                    fields,
                    Map.of(ApiRoute.BELOW, below),
                    query,
                    caller,
                    new ApiRequest.Origin(InetAddress.getByName(peer), "PATCH", "own.example"));
        }
    }

    private HttpAnswer answer(Asked asked) throws Exception {
        cluster.lastRequest = null;
        return endpoint.answer(asked.request()).join();
    }

    /** The admission that was asked for. */
    private AdmissionRequest admitted(Asked asked) throws Exception {
        HttpAnswer answer = answer(asked);
        assertThat(answer.status()).as(text(answer)).isEqualTo(200);
        return cluster.lastRequest;
    }

    private static String text(HttpAnswer answer) {
        return new String(answer.body().bytes(), StandardCharsets.UTF_8);
    }

    private static Asked forwarded(String peer) {
        return Asked.by(peer)
                .with("X-Forwarded-For", "198.51.100.1, 203.0.113.7")
                .with("X-Forwarded-Method", "POST")
                .with("X-Forwarded-Uri", "/orders/7?secret=1")
                .with("X-Forwarded-Host", "api.example:8443")
                .with("X-Cost", "5")
                .with("X-Priority", "high")
                .with("X-Plan", "gold")
                .with("User-Agent", "curl/8");
    }

    @Test
    void shouldBelieveTheFields_whenTheProxyIsTrusted() throws Exception {
        // When
        AdmissionRequest request = admitted(forwarded(PROXY));

        // Then
        assertThat(request.clientId().text()).isEqualTo("anonymous:203.0.113.7");
        assertThat(request.route()).isEqualTo(new Route("POST", "/orders/7", "api.example:8443"));
        assertThat(request.cost()).isEqualTo(5);
        assertThat(request.priority()).isEqualTo(Priority.HIGH);
        assertThat(request.attributes()).isEqualTo(Map.of("ip", "203.0.113.7", "plan", "gold", "agent", "curl/8"));
        assertThat(cluster.lastDeadlineMillis).isEqualTo(250);
    }

    @Test
    void shouldBelieveNothing_whenSomebodyElseSendsTheFields() throws Exception {
        // Given: everybody speaks for itself here, with a key or on an open port
        ForwardAuthEndpoint open = new ForwardAuthEndpoint(admissions, config, /* isOpen= */ true);
        Caller everybody = caller("everybody", "*");
        Asked spoofed = forwarded(SOMEBODY).with("X-Client-ID", "acme/boss").with("X-Original-URL", "http://x/free");

        // When
        open.answer(spoofed.as(everybody).request()).join();
        AdmissionRequest onOpenPort = cluster.lastRequest;
        AdmissionRequest withKey = admitted(spoofed.as(caller("alice", "acme")));

        // Then
        for (AdmissionRequest request : List.of(onOpenPort, withKey)) {
            assertThat(request.route()).isEqualTo(new Route("PATCH", "", "own.example"));
            assertThat(request.cost()).isEqualTo(1);
            assertThat(request.priority()).isEqualTo(Priority.NORMAL);
            assertThat(request.attributes()).isEqualTo(Map.of("ip", SOMEBODY));
        }
        assertThat(onOpenPort.clientId().text()).isEqualTo("anonymous:" + SOMEBODY);
        assertThat(withKey.clientId().text()).isEqualTo("acme/alice");
    }

    @Test
    void shouldBelieveTheFields_whenTheGatewayHasAKeyForEveryAccount() throws Exception {
        // When
        AdmissionRequest anonymous = admitted(forwarded(SOMEBODY).as(GATEWAY_WITH_KEY));
        AdmissionRequest named =
                admitted(forwarded(SOMEBODY).as(GATEWAY_WITH_KEY).with("X-Client-ID", "acme/bob"));

        // Then
        assertThat(anonymous.clientId().text()).isEqualTo("anonymous:203.0.113.7");
        assertThat(anonymous.cost()).isEqualTo(5);
        assertThat(named.clientId().text()).isEqualTo("acme/bob");
        assertThat(named.attributes()).containsEntry("ip", "203.0.113.7");
    }

    @Test
    void shouldKnowTheClient_fromFieldThenTokenThenAddress() throws Exception {
        assertThat(admitted(forwarded(PROXY).with("X-Client-ID", " acme/bob "))
                        .clientId()
                        .text())
                .isEqualTo("acme/bob");
        assertThat(admitted(forwarded(PROXY).as(caller("alice", "acme")).with("X-Client-ID", "acme/bob"))
                        .clientId()
                        .text())
                .isEqualTo("acme/bob");
        assertThat(admitted(forwarded(PROXY).as(caller("alice", "acme")))
                        .clientId()
                        .text())
                .isEqualTo("acme/alice");
        assertThat(admitted(forwarded(PROXY).with("X-Client-ID", "")).clientId().text())
                .isEqualTo("anonymous:203.0.113.7");
        assertThat(admitted(Asked.by(PROXY)).clientId().text()).isEqualTo("anonymous:" + PROXY);
        assertThat(admitted(Asked.by("fd00::7").with("X-Forwarded-For", "2001:db8:1:2::9"))
                        .clientId()
                        .text())
                .isEqualTo("anonymous:2001:db8:1:2");
        assertThat(admitted(Asked.by(SOMEBODY).as(caller("cn=a/../b", "acme")))
                        .clientId()
                        .text())
                .matches("acme/[0-9a-f]{64}");
        assertThat(admitted(Asked.by(PROXY).as(caller("a", "acme", "anonymous:*")))
                        .clientId()
                        .text())
                .isEqualTo("anonymous:" + PROXY);
    }

    @Test
    void shouldRefuse_whenTheAccountIsNotTheCallers() throws Exception {
        // When
        HttpAnswer foreign = answer(forwarded(PROXY).as(caller("alice", "acme")).with("X-Client-ID", "globex/x"));
        HttpAnswer several = answer(forwarded(PROXY).as(caller("alice", "acme", "globex")));
        HttpAnswer claimed = answer(forwarded(PROXY).with("X-Client-ID", "anonymous:192.0.2.1"));

        // Then
        assertThat(foreign.status()).isEqualTo(403);
        assertThat(foreign.headers()).containsEntry("X-Sluice-Status", "403");
        assertThat(text(several)).contains("alice may use several accounts");
        assertThat(several.status()).isEqualTo(403);
        assertThat(claimed.status()).isEqualTo(400);
        assertThat(cluster.lastRequest).isNull();
    }

    @Test
    void shouldTakeItsOwnPath_whenThereIsOneBelow() throws Exception {
        // Given: fields that the caller sent, and that a gateway of this dialect does not overwrite
        Asked envoy = Asked.by(PROXY).with("X-Forwarded-Uri", "/free").with("X-Forwarded-Method", "GET");

        // When
        AdmissionRequest request = admitted(envoy.below("/a//b/%zz/../c").query("deny=403&x=%zz"));

        // Then
        assertThat(request.route()).isEqualTo(new Route("PATCH", "/a//b/%zz/../c", "own.example"));
    }

    @ParameterizedTest
    @CsvSource({
        "X-Original-URL, https://shop.example/orders/7?x=1, /orders/7, shop.example",
        "X-Original-URL, 'http://[2001:db8::1]:81/a', /a, '[2001:db8::1]:81'",
        "X-Original-URL, https://shop.example, '', shop.example",
        "X-Original-URI, /orders/7?x=http://y/, /orders/7, ''",
        "X-Original-URI, //orders/7, //orders/7, ''"
    })
    void shouldReadTheDialectOfTheIngressController(String field, String value, String path, String host)
            throws Exception {
        // Given
        Asked asked = Asked.by(PROXY).with("X-Original-Method", "DELETE").with(field, value);

        // When / Then
        assertThat(admitted(asked).route()).isEqualTo(new Route("DELETE", path, host));
    }

    /** Gateways pass on the fields of dialects that they do not speak. */
    @ParameterizedTest
    @CsvSource({
        "X-Original-URL, http://api.example:8443/free",
        "X-Original-URL, http://other.example/orders/7",
        "X-Original-URI, /free",
        "X-Original-Method, GET"
    })
    void shouldRefuse_whenACallerAddsAnotherDialect(String field, String value) throws Exception {
        // When
        HttpAnswer other = answer(forwarded(PROXY).with(field, value));
        HttpAnswer reversed = answer(Asked.by(PROXY)
                .with("X-Original-URL", "http://api.example:8443/orders/7")
                .with("X-Original-URI", "/orders/7")
                .with("X-Original-Method", "POST")
                .with(
                        field.replace("Original-Method", "Forwarded-Method")
                                .replaceAll("Original-UR.", "Forwarded-Uri"),
                        value)
                .with("X-Forwarded-Host", value.contains("other") ? "other.example" : "api.example:8443"));

        // Then
        for (HttpAnswer answer : List.of(other, reversed)) {
            assertThat(answer.status()).isEqualTo(400);
            assertThat(text(answer)).contains("(expected: what X-");
        }
        assertThat(cluster.lastRequest).isNull();
    }

    @Test
    void shouldGoOn_whenBothDialectsAgree() throws Exception {
        assertThat(admitted(forwarded(PROXY)
                                .with("X-Original-URL", "https://api.example:8443/orders/7?secret=1")
                                .with("X-Original-URI", "/orders/7")
                                .with("X-Original-Method", "POST"))
                        .route())
                .isEqualTo(new Route("POST", "/orders/7", "api.example:8443"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a", "/a?q=1", "/a#f", "http://evil.example/a?b", "HTTP://u:p@h:1/a"})
    void shouldCutWhatIsNoPath(String uri) throws Exception {
        assertThat(admitted(Asked.by(PROXY).with("X-Forwarded-Uri", uri))
                        .route()
                        .path())
                .isEqualTo("/a");
    }

    @Test
    void shouldDeny_withWhatCallersNeed() throws Exception {
        // Given
        Asked denied = Asked.by(PROXY).with("X-Client-ID", "deny/x");

        // When
        HttpAnswer plain = answer(denied);
        HttpAnswer as403 = answer(denied.query("deny=403"));

        // Then
        assertThat(plain.status()).isEqualTo(429);
        assertThat(as403.status()).isEqualTo(403);
        for (HttpAnswer answer : List.of(plain, as403)) {
            assertThat(answer.contentType()).isEqualTo("application/problem+json");
            assertThat(answer.headers())
                    .containsEntry("X-Sluice-Status", "429")
                    .containsEntry("Retry-After", "3")
                    .containsKeys("RateLimit", "RateLimit-Policy");
            assertThat(text(answer)).contains("\"status\":429", "\"violated-policies\":[\"per-client\"]");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "acme,200,200,''",
        "bot,429,403,'\"action\":\"challenge\"'",
        "late,503,503,temporary-reduced-capacity",
        "degraded-allow,200,200,''",
        "degraded-deny,429,403,'\"degraded\":true'",
        "broken,500,500,''",
        "defect,500,500,''"
    })
    void shouldAnswerAsTheDataApi_whateverTheVerdict(String account, int status, int with403, String body)
            throws Exception {
        Asked asked = Asked.by(PROXY).with("X-Client-ID", account);

        assertThat(answer(asked).status()).isEqualTo(status);
        assertThat(text(answer(asked))).contains(body);
        assertThat(answer(asked.query("deny=403")).status()).isEqualTo(with403);
        assertThat(answer(asked.query("deny=403")).headers()).containsEntry("X-Sluice-Status", "" + status);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "X-Cost; -1; X-Cost",
                "X-Cost; 1000000001; X-Cost",
                "X-Cost; 99999999999999999999; X-Cost",
                "X-Cost; 1e3; X-Cost",
                "X-Cost; ٣; X-Cost",
                "X-Priority; HIGH; X-Priority",
                "X-Client-ID; acme//x; X-Client-ID",
                "X-Client-ID; acme/../x; X-Client-ID",
                "X-Client-ID; acme%2Fx; X-Client-ID",
                "X-Forwarded-Method; AVERYLONGMETHODTHATNOBODYHASEVERSEEN; route.method",
            })
    void shouldNameTheField_whenAGatewaySendsNonsense(String field, String value, String named) throws Exception {
        // When
        HttpAnswer answer = answer(Asked.by(PROXY).with(field, value));

        // Then
        assertThat(answer.status()).isEqualTo(400);
        assertThat(text(answer)).contains("\"field\":\"" + named + "\"");
        assertThat(answer.headers()).containsEntry("X-Sluice-Status", "400");
        // Of somebody else it is not even read.
        assertThat(answer(Asked.by(SOMEBODY).as(caller("a", "acme")).with(field, value))
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Client-ID", "X-Cost", "X-Forwarded-Uri", "X-Forwarded-Method", "X-Forwarded-Host"})
    void shouldRefuse_whenAFieldIsThereTwice(String field) throws Exception {
        HttpAnswer answer = answer(Asked.by(PROXY).with(field, "1").with(field, "0"));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(text(answer)).contains("2 fields (expected: one, which the gateway sets)");
    }

    @Test
    void shouldMakeAnAttributeOfAnything() throws Exception {
        // When
        Map<String, String> attributes = admitted(Asked.by(PROXY)
                        .with("User-Agent", "a\tb\u0085c")
                        .with("User-Agent", "\ud83d\ude00".repeat(200))
                        .with("X-Plan", ""))
                .attributes();

        // Then
        assertThat(attributes.get("agent"))
                .startsWith("a?b?c, \ud83d\ude00")
                .hasSizeLessThanOrEqualTo(256)
                .endsWith("\ude00");
        assertThat(attributes).containsEntry("plan", "");
    }

    /** Caddy appends it, unless it is told not to. */
    @ParameterizedTest
    @ValueSource(strings = {"deny=429", "deny=403&x=1", "x=%zz", "%", "a=1&a=2", ""})
    void shouldIgnoreTheCallersQuery(String query) throws Exception {
        assertThat(answer(Asked.by(PROXY).query(query).with("X-Client-ID", "deny"))
                        .status())
                .isEqualTo(429);
        assertThat(answer(Asked.by(PROXY).query("deny=403").below("/x").with("X-Client-ID", "deny"))
                        .status())
                .isEqualTo(429);
    }

    @Test
    void shouldAnswerWithAVerdictOrAReason_whateverIsForwarded() throws Exception {
        // Given
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < HOSTILE; i++) {
            Asked asked = Asked.by(random.nextBoolean() ? PROXY : "fd00::1");
            int count = random.nextInt(6);
            for (int field = 0; field < count; field++) {
                asked.with(
                        HostileFields.NAMES.get(random.nextInt(HostileFields.NAMES.size())),
                        HostileFields.value(random));
            }
            asked = random.nextInt(3) == 0 ? asked.below("/" + HostileFields.value(random)) : asked;

            // When
            HttpAnswer answer = answer(asked);

            // Then
            String shown = "seed " + SEED + ", request " + i + ": " + asked + " -> " + text(answer);
            assertThat(answer.status()).as(shown).isIn(200, 400, 429, 503);
            if (answer.status() == 200) {
                assertThat(cluster.lastRequest.attributes()).as(shown).containsKey("ip");
            }
        }
    }
}
