package io.sluice.cli.rules.imports;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.rules.RulesFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Configurations in every form that the rate limit service documents: imported, and asked the same requests as a model
 * of that service. Each says in its comments what is expected: {@code # expect limits 2}, {@code # expect lost 16}.
 */
final class EnvoyRatelimitImportTest {
    private static final Path FIXTURES = Path.of("src/test/resources/envoy-ratelimit");
    private static final Pattern EXPECTED = Pattern.compile("# expect (limits|note|changed|lost) (\\d+)");
    private static final int REQUESTS = 6_000;

    static Stream<Path> fixtures() throws IOException {
        try (Stream<Path> files = Files.list(FIXTURES)) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
        }
    }

    private static ImportedRuleset imported(Path file) throws IOException, CommandFailure {
        EnvoyRatelimitImport source = new EnvoyRatelimitImport(/* mergesDomains= */ false);
        source.read(file.getFileName().toString(), Files.readString(file));
        return source.ruleset();
    }

    @Test
    void shouldHaveTwentyFixtures_whenCounted() throws IOException {
        // Given
        // When / Then
        assertThat(fixtures()).hasSizeGreaterThanOrEqualTo(20);
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void shouldReportWhatItsCommentsSay_whenImported(Path file) throws Exception {
        // Given
        List<String> expected = new ArrayList<>();
        int limits = 0;
        Matcher comment = EXPECTED.matcher(Files.readString(file));
        while (comment.find()) {
            if (comment.group(1).equals("limits")) {
                limits = Integer.parseInt(comment.group(2));
            } else {
                expected.add(comment.group(2) + " " + comment.group(1));
            }
        }

        // When
        ImportedRuleset ruleset = imported(file);

        // Then
        assertThat(ruleset.limits()).isEqualTo(limits);
        assertThat(ruleset.findings().stream()
                        .map(finding -> finding.get("line") + " "
                                + finding.get("kind").toString().replace("not carried over", "lost"))
                        .toList())
                .as(String.join("\n", ruleset.lines()))
                .containsExactlyElementsOf(expected);
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void shouldBeTheSameDocument_whenItsYamlIsRead(Path file) throws Exception {
        // Given
        ImportedRuleset ruleset = imported(file);

        // When
        RulesFile read = RulesFile.parse("rules", ruleset.yaml());

        // Then
        assertThat(read.tree()).isEqualTo(ruleset.document());
        assertThat(read.limits()).isEqualTo(ruleset.limits());
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void shouldAnswerAsTheService_whenAskedTheSame(Path file) throws Exception {
        // Given
        ImportedRuleset ruleset = imported(file);
        long seed = new SplittableRandom().nextLong(1, 1_000_000);

        // When
        ImportVerification verification = ruleset.verify(seed, REQUESTS);

        // Then
        assertThat(verification.unexplained())
                .as(String.join("\n", verification.lines()))
                .isZero();
        assertThat(verification.asked()).isEqualTo(REQUESTS);
        assertThat(verification.refused()).as("seed %d", seed).isBetween(REQUESTS / 50L, REQUESTS * 9L / 10);
        boolean replaces = file.toString().contains("07-");
        assertThat(verification.replaced() > 0)
                .as(String.join("\n", verification.lines()))
                .isEqualTo(replaces);
    }

    @Test
    void shouldNameEachLine_whenWrittenAsYaml() throws Exception {
        // Given
        ImportedRuleset ruleset = imported(FIXTURES.resolve("02-nested-and-flat.yaml"));

        // When
        String yaml = ruleset.yaml();

        // Then
        assertThat(yaml)
                .contains("  # 02-nested-and-flat.yaml:7\n"
                        + "  - id: \"mailing.kind_newsletter.recipient\"\n"
                        + "    match:\n"
                        + "      attributes:\n"
                        + "        envoy.domain: \"mailing\"\n"
                        + "        envoy.descriptor: \"kind,recipient\"\n"
                        + "        kind: \"newsletter\"\n"
                        + "    scope: \"attribute:recipient\"\n"
                        + "    algorithm: \"fixed-window\"\n"
                        + "    limit: 2\n"
                        + "    window:\n"
                        + "      per: \"1d\"\n");
    }

    @Test
    void shouldFindADifference_whenALimitIsNotThatOfTheFile() throws Exception {
        // Given
        EnvoyRatelimitReader reader = new EnvoyRatelimitReader(/* mergesDomains= */ false);
        Path file = FIXTURES.resolve("01-one-value-each.yaml");
        reader.read("right.yaml", Files.readString(file));
        List<DescriptorDomain> right = reader.domains();
        EnvoyRatelimitImport wrong = new EnvoyRatelimitImport(/* mergesDomains= */ false);
        wrong.read("wrong.yaml", Files.readString(file).replace("unit: second", "unit: minute"));

        // When
        ImportVerification verification =
                ImportVerification.of(right, RulesetOf.document(wrong.ruleset().document()), 7, REQUESTS);

        // Then
        assertThat(verification.isExplained()).isFalse();
        assertThat(verification.lines()).anyMatch(line -> line.contains("not explained"));
    }
}
