package io.sluice.cli.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.CommandFailure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RulesFileTest {
    private static final Path ROOT = Path.of("..");

    @TempDir
    private Path directory;

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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | an empty document (expected: a ruleset, at least limits: [])",
                "'limits: [{id: a, scope: client, rate: {tokens: 1, per: 0s}}]' | 'limits[0].rate.per: \"0s\" (expected: 1ms..3660d)'",
                "'limits: [{id: a, scope: client, rate: {tokens: 1, per: 5}}]' | 'limits[0].rate.per: 5 (expected: a number with a unit, such as 5s)'",
                "'limits: [{id: a, scope: client, rollout: 10, rate: {tokens: 1, per: 1s}}]' | 'limits[0].rollout: 10 (expected: a share such as 10%)'",
                "'limits: [{id: a, scope: client, burst: 1_000, rate: {tokens: 1, per: 1s}}]' | 'limits[0].burst: \"1_000\" (expected: an integer)'",
                "'limits: [{id: a, scope: client, match: {methods: [\"G E T\"]}, rate: {tokens: 1, per: 1s}}]' | 'limits[0].match.methods: \"G E T\" (expected: HTTP methods such as GET)'",
            })
    void shouldSayWhatToWrite_whenAMistakeIsCommon(String text, String problem) {
        assertThatThrownBy(() -> RulesFile.parse("rules", text)).hasMessage("rules: " + problem);
    }

    @Test
    void shouldTakeOneLineEach_whenThereAreManyMistakes() {
        // Given
        String limit = "  - {id: A, scope: x, rate: {tokens: 0, per: 1x}, rollout: 10}\n";
        String text = "limits:\n" + limit.repeat(3);

        // When / Then
        assertThatThrownBy(() -> RulesFile.parse("rules", text)).satisfies(failure -> {
            List<String> lines = failure.getMessage().lines().toList();
            assertThat(lines.get(0)).isEqualTo("rules: 12 problems");
            assertThat(lines.subList(1, lines.size()))
                    .hasSize(12)
                    .doesNotHaveDuplicates()
                    .allMatch(line -> line.startsWith("  limits[") && line.contains(" (expected: "));
        });
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
                        "limits[0].scope: \"klient\" (expected: client, client:N, account, attribute:NAME or global)")
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

    @ParameterizedTest
    @ValueSource(strings = {"rules.yaml", "rules.json"})
    void shouldNameTheByte_whenNotUtf8(String name) throws Exception {
        // Given: a slash in an overlong form
        Path file = directory.resolve(name);
        Files.write(file, "{\"limits\":[{\"id\":\"a\u00C0\u00AFb\"}]}".getBytes(StandardCharsets.ISO_8859_1));

        // When / Then
        assertThatThrownBy(() -> RulesFile.read(file))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("rules file " + file + ": byte 0xC0 at index 19 (expected: UTF-8, see RFC 3629)");
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
