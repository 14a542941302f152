package io.sluice.cli.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class RulesFileTest {
    private static final Path ROOT = Path.of("..");

    @Test
    void shouldGiveTheSameDocument_whenYamlOrJson() throws Exception {
        // Given
        String yaml = "limits:\n  - id: a\n    scope: client\n    rate: {tokens: 1, per: 1s}\n";
        String json = "{\"limits\":[{\"id\":\"a\",\"scope\":\"client\",\"rate\":{\"tokens\":1,\"per\":\"1s\"}}]}";

        // When
        RulesFile fromYaml = RulesFile.parse("yaml", yaml);
        RulesFile fromJson = RulesFile.parse("json", json);

        // Then
        assertThat(fromYaml).isEqualTo(fromJson);
        assertThat(fromYaml.documentJson()).isEqualTo(json);
    }

    @Test
    void shouldNameTheLine_whenNotYaml() {
        // Given
        String text = "limits:\n  - id: [a\n";

        // When / Then
        assertThatThrownBy(() -> RulesFile.parse("rules", text))
                .isInstanceOf(CommandFailure.class)
                .hasMessageStartingWith("rules: not valid YAML at line ");
    }

    @Test
    void shouldNameEveryProblem_whenSeveral() {
        // Given
        String text = "limit: []\nlimits:\n  - {id: A, scope: klient, rate: {tokens: 1, per: 1 s}}\n";

        // When / Then
        assertThatThrownBy(() -> RulesFile.parse("rules", text))
                .hasMessageContaining("limit: unknown field")
                .hasMessageContaining("limits[0].id: \"A\" (expected: 1 to 64 of")
                .hasMessageContaining(
                        "limits[0].scope: \"klient\" (expected: client, client:N, account or attribute:NAME)")
                .hasMessageContaining("limits[0].rate.per: \"1 s\" (expected:");
    }

    @Test
    void shouldCompile_whenShippedOrShownInTheDocuments() throws Exception {
        // Given
        List<String> documents = new ArrayList<>(yamlBlocks(ROOT.resolve("docs/RULES.md")));
        documents.addAll(yamlBlocks(ROOT.resolve("README.md")));
        documents.add(Files.readString(Path.of("src/main/resources/dev-rules.yaml")));

        try (Stream<Path> examples = Files.list(ROOT.resolve("examples"))) {
            for (Path example : examples.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList()) {
                documents.add(Files.readString(example));
            }
        }

        // When / Then
        assertThat(documents).hasSizeGreaterThanOrEqualTo(7);
        for (String document : documents) {
            assertThat(RulesFile.parse("document", document).limits()).isPositive();
        }
    }

    @Test
    void shouldReadOffAsAWord_whenYamlWouldTakeItForFalse() throws Exception {
        // Given
        String yaml = "limits:\n  - {id: a, scope: client, mode: off, rate: {tokens: 1, per: 1s}}\n";

        // When / Then
        assertThat(RulesFile.parse("rules", yaml).limits()).isZero();
    }

    private static List<String> yamlBlocks(Path markdown) throws Exception {
        List<String> blocks = new ArrayList<>();
        String[] parts = Files.readString(markdown).split("```");
        for (int i = 1; i < parts.length; i += 2) {
            if (parts[i].startsWith("yaml\n")) {
                blocks.add(parts[i].substring("yaml\n".length()));
            }
        }
        return blocks;
    }

    @Test
    void shouldTakeOffForAWord_whenInYaml() throws Exception {
        // Given
        String text = "limits: [{id: a, scope: client, rate: {tokens: 1, per: 1s}, mode: off}]";

        // When
        RulesFile rules = RulesFile.parse("rules", text);

        // Then
        assertThat(rules.limits()).isZero();
        assertThat(rules.documentJson()).contains("\"mode\":\"off\"");
    }
}
