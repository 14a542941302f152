package io.sluice.engine.ruleset;

import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The words that say why a limit does not apply. */
final class MismatchTest {
    private static final Admission ASKED = new Admission(
            "acme/alice", "acme", 1, "GET", RoutePath.of("/v1/orders"), "a.example.com", Map.of("ip", "192.0.2.1"));

    private static String mismatch(Object... match) {
        Map<String, Object> document =
                RulesetFixture.document(RulesetFixture.matching(RulesetFixture.limit("l", 1, "1s", 1), match));
        document.put("tiers", List.of("free", "pro"));
        Ruleset ruleset = RulesetFixture.compiled(1, document);
        return Mismatch.of(ruleset.limits().get(0).match(), ruleset.tierOf("acme"), ASKED);
    }

    @Test
    void shouldNameThePartAndTheValue_whenOneDoesNotFit() {
        // Given
        // When / Then
        assertThat(mismatch("tiers", List.of("pro"))).isEqualTo("tier: \"free\" (expected: pro)");
        assertThat(mismatch("methods", List.of("PUT", "POST")))
                .isEqualTo("method: \"GET\" (expected: one of POST, PUT)");
        assertThat(mismatch("path", "/v1/orders/{id}")).isEqualTo("path: \"/v1/orders\" (expected: /v1/orders/{id})");
        assertThat(mismatch("host", "*.example.org")).isEqualTo("host: \"a.example.com\" (expected: *.example.org)");
        assertThat(mismatch("attributes", tree("plan", List.of("silver", "gold"))))
                .isEqualTo("attributes.plan: missing (expected: one of gold, silver)");
        assertThat(mismatch("attributes", tree("ip", tree("prefix", "10."))))
                .isEqualTo("attributes.ip: \"192.0.2.1\" (expected: beginning with 10.)");
        assertThat(mismatch("attributes", tree("ip", tree("except", List.of("192.0.2.1", tree("prefix", "10."))))))
                .isEqualTo("attributes.ip: \"192.0.2.1\" (expected: any but 10...., 192.0.2.1)");
        assertThat(mismatch("attributes", tree("ip", tree("prefix", "192.", "except", tree("prefix", "192.0")))))
                .isEqualTo("attributes.ip: \"192.0.2.1\" (expected: beginning with 192. but 192.0...)");
        assertThat(mismatch("attributes", tree("ip", tree("cidr", List.of("10.1.2.3/8", "2001:db8::/32")))))
                .isEqualTo(
                        "attributes.ip: \"192.0.2.1\" (expected: an address in 10.0.0.0/8, 2001:db8:0:0:0:0:0:0/32)");
    }

    @Test
    void shouldNameTheFirstPart_whenSeveralDoNotFit() {
        // Given
        // When / Then
        assertThat(mismatch("host", "x.org", "methods", "PUT")).startsWith("method: ");
    }

    @Test
    void shouldBeNothing_whenEveryPartFits() {
        // Given
        // When / Then
        assertThat(mismatch("methods", "get", "path", "/v1/**", "host", "*.example.com"))
                .isNull();
    }

    @Test
    void shouldCutWhatIsLong_whenItIsShown() {
        // Given
        String value = "v".repeat(256);

        // When
        String words = mismatch("attributes", tree("plan", value));

        // Then
        assertThat(words).isEqualTo("attributes.plan: missing (expected: " + "v".repeat(100) + "...)");
    }

    @ParameterizedTest
    @CsvSource({"10.1.2.3/8,10.0.0.0/8", "192.0.2.7,192.0.2.7/32", "::1,0:0:0:0:0:0:0:1/128", "0.0.0.0/0,0.0.0.0/0"})
    void shouldReadTheSameAgain_whenARangeIsShown(String range, String text) {
        // Given
        IpRange parsed = IpRange.of(range);

        // When / Then
        assertThat(parsed.text()).isEqualTo(text);
        assertThat(IpRange.of(parsed.text())).isEqualTo(parsed);
    }
}
