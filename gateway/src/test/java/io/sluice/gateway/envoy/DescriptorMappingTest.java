package io.sluice.gateway.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.ruleset.EnvoyMapping;
import io.sluice.engine.ruleset.RoutePath;
import io.sluice.engine.ruleset.RulesetCompiler;
import io.sluice.schemas.codec.DocumentTree;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.RequestMode;
import org.junit.jupiter.api.Test;

final class DescriptorMappingTest {
    private static AdmissionRequest mapped(EnvoyMapping mapping, String... entries) throws Exception {
        DescriptorEntries all = new DescriptorEntries();
        for (int i = 0; i < entries.length; i += 2) {
            all.with(entries[i], entries[i + 1]);
        }
        return DescriptorMapping.admission(
                mapping, "descriptors[0]", "edge", all, new DescriptorMapping.Hits(1, RequestMode.CHECK));
    }

    private static String client(String... entries) throws Exception {
        return mapped(EnvoyMapping.STANDARD, entries).clientId().text();
    }

    @Test
    void shouldNameTheClient_whenKeysAreStandard() throws Exception {
        // Given / When / Then
        assertThat(client("user_id", "alice")).isEqualTo("alice");
        assertThat(client("client_id", "acme/alice", "user_id", "bob")).isEqualTo("acme/alice");
        assertThat(client("tenant", "acme")).isEqualTo("acme");
        assertThat(client("tenant", "acme", "user_id", "alice")).isEqualTo("acme/alice");
        assertThat(client("remote_address", "203.0.113.7")).isEqualTo("anonymous:203.0.113.7");
        assertThat(client("user_id", "", "remote_address", "203.0.113.7")).isEqualTo("anonymous:203.0.113.7");
        assertThat(client("generic_key", "slow")).isEqualTo("edge");
    }

    @Test
    void shouldKeepEveryEntry_whenLimitsMatchAttributes() throws Exception {
        // Given / When
        AdmissionRequest request = mapped(
                EnvoyMapping.STANDARD,
                "generic_key",
                "a",
                "generic_key",
                "b",
                "method",
                "POST",
                "path",
                "/v1/orders?page=2",
                "we,ird",
                "x");

        // Then
        assertThat(request.attributes())
                .containsEntry("envoy.domain", "edge")
                .containsEntry("envoy.descriptor", "generic_key,generic_key,method,path,we\\,ird")
                .containsEntry("generic_key", "a")
                .containsEntry("generic_key#2", "b")
                .containsEntry("path", "/v1/orders?page=2");
        assertThat(request.route().method()).isEqualTo("POST");
        assertThat(request.route().path()).isEqualTo("/v1/orders");
    }

    /** Whoever calls through Envoy chooses values, and must not get around a limit with one. */
    @Test
    void shouldCountUnderAHash_whenAValueDoesNotFit() throws Exception {
        // Given
        String[] hostile = {
            "a".repeat(300), "a/../b", "a//b", "/", ".", "a\\b", "%2e%2e", "tab\there", "anonymous:10.0.0.1", "\ud800"
        };

        for (String value : hostile) {
            // When
            AdmissionRequest request = mapped(EnvoyMapping.STANDARD, "user_id", value);
            AdmissionRequest below = mapped(EnvoyMapping.STANDARD, "tenant", "acme", "user_id", value);

            // Then
            assertThat(request.clientId().text()).as(value).matches("~[0-9a-f]{32}");
            assertThat(below.clientId().account()).as(value).isEqualTo("acme");
        }
        assertThat(client("user_id", hostile[0])).isNotEqualTo(client("user_id", "b".repeat(300)));
        assertThat(client("tenant", "acme/../other", "user_id", "alice")).matches("~[0-9a-f]{32}/alice");
        assertThat(client("tenant", "acme/other")).matches("~[0-9a-f]{32}");
        assertThat(mapped(EnvoyMapping.STANDARD, "path", "/" + "x".repeat(5_000))
                        .route()
                        .path())
                .hasSize(2_048);
        assertThat(client("remote_address", "not an address")).isEqualTo("not an address");
    }

    /** What the server behind Envoy sees of a path must not be cut off. */
    @Test
    void shouldKeepThePathThatIsServed_whenItIsSpelledLong() throws Exception {
        // Given
        String wanted = "/v1/expensive";
        String[] spelled = {
            "/".repeat(2_048) + "v1/expensive",
            "/x/..".repeat(410) + wanted,
            "/.".repeat(1_100) + wanted + "?page=2",
            "/v1/%65xpensive" + "/y/..".repeat(500),
            "/v1;" + "p".repeat(3_000) + "/expensive"
        };

        for (String path : spelled) {
            // When
            String route = mapped(EnvoyMapping.STANDARD, "path", path).route().path();

            // Then
            assertThat(RoutePath.of(route).segments()).as(path).startsWith("v1", "expensive");
        }
    }

    /** A list may deny all values with a beginning. */
    @Test
    void shouldKeepTheBeginningOfAnAttribute_whenItDoesNotFit() throws Exception {
        // Given
        String tooLong = "BadBot/1.0 " + "x".repeat(300);
        String control = "BadBot/1.0\u0007";

        // When
        String ofLong =
                mapped(EnvoyMapping.STANDARD, "agent", tooLong).attributes().get("agent");
        String ofControl =
                mapped(EnvoyMapping.STANDARD, "agent", control).attributes().get("agent");

        // Then
        assertThat(ofLong).startsWith("BadBot/1.0 xxx").matches(".{223}~[0-9a-f]{32}");
        assertThat(ofControl).startsWith("BadBot/1.0").matches(".{11}~[0-9a-f]{32}");
        assertThat(mapped(EnvoyMapping.STANDARD, "agent", tooLong + "y")
                        .attributes()
                        .get("agent"))
                .isNotEqualTo(ofLong);
    }

    @Test
    void shouldFollowTheRuleset_whenItHasASection() throws Exception {
        // Given
        EnvoyMapping mapping =
                RulesetCompiler.compile(1, DocumentTree.ofJson("""
                                {"limits": [], "gateways": {"envoy": {
                                  "client": ["api_key"], "account": [], "path": "url", "charge": ["used"],
                                  "domainIsAccount": true}}}
                                """)).envoy();

        // When
        AdmissionRequest request = mapped(mapping, "api_key", "k1", "url", "/v1", "used", "yes");

        // Then
        assertThat(request.clientId().text()).isEqualTo("edge/k1");
        assertThat(request.route().path()).isEqualTo("/v1");
        assertThat(request.mode()).isEqualTo(RequestMode.CHARGE);
        assertThat(mapped(mapping, "remote_address", "10.0.0.1").clientId().text())
                .isEqualTo("edge/anonymous:10.0.0.1");
        assertThat(mapped(mapping, "generic_key", "x").clientId().text()).isEqualTo("edge");
    }
}
