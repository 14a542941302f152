package io.sluice.engine.ruleset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EnvoyMappingTest {
    private static Ruleset compiled(Map<String, Object> envoy) throws InvalidRulesetException {
        return RulesetCompiler.compile(1, Map.of("limits", List.of(), "gateways", Map.of("envoy", envoy)));
    }

    @Test
    void shouldHaveStandardKeys_whenTheDocumentHasNoSection() throws Exception {
        // Given / When / Then
        assertThat(RulesetCompiler.compile(1, Map.of("limits", List.of())).envoy())
                .isEqualTo(EnvoyMapping.STANDARD);
        assertThat(compiled(Map.of()).envoy()).isEqualTo(EnvoyMapping.STANDARD);
        assertThat(Ruleset.none().envoy()).isEqualTo(EnvoyMapping.STANDARD);
    }

    @Test
    void shouldTakeWhatIsGiven_andLeaveTheRest() throws Exception {
        // Given / When
        EnvoyMapping mapping = compiled(Map.of(
                        "client",
                        "api_key",
                        "account",
                        List.of(),
                        "headers",
                        Map.of("X-Api-Key", "api_key"),
                        "domainIsAccount",
                        true))
                .envoy();

        // Then: headers are compared in lower case, as HTTP/2 has them
        assertThat(mapping.client()).containsExactly("api_key");
        assertThat(mapping.account()).isEmpty();
        assertThat(mapping.address()).isEqualTo(EnvoyMapping.STANDARD.address());
        assertThat(mapping.headers()).containsExactly(Map.entry("x-api-key", "api_key"));
        assertThat(mapping.domainIsAccount()).isTrue();
    }

    @Test
    void shouldFindEveryProblem_whenTheSectionIsWrong() {
        // Given
        Map<String, Object> envoy = Map.of(
                "client", List.of("", "a\tb", "k".repeat(65)),
                "path", Collections.nCopies(1, 7),
                "keys", "x",
                "headers", Map.of("X-A", ""),
                "domainIsAccount", "yes");

        // When / Then
        assertThatThrownBy(() -> compiled(envoy))
                .isInstanceOfSatisfying(
                        InvalidRulesetException.class,
                        invalid -> assertThat(invalid.problems())
                                .extracting(RulesetProblem::path)
                                .contains(
                                        "gateways.envoy.client",
                                        "gateways.envoy.path",
                                        "gateways.envoy.keys",
                                        "gateways.envoy.headers.X-A",
                                        "gateways.envoy.domainIsAccount"));
    }
}
