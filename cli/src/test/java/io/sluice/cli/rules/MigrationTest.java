package io.sluice.cli.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.Sluice;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What MIGRATION shows: the command, its report, and the rulesets. */
final class MigrationTest {
    private static final Path DOCUMENT = Path.of("../docs/MIGRATION.md");

    @TempDir
    private Path directory;

    private record Block(String language, String text) {}

    private static List<Block> blocks() throws Exception {
        List<Block> blocks = new ArrayList<>();
        String[] parts = Files.readString(DOCUMENT).split("(?m)^```");
        for (int i = 1; i < parts.length; i += 2) {
            int end = parts[i].indexOf('\n');
            blocks.add(new Block(parts[i].substring(0, end), parts[i].substring(end + 1)));
        }
        return blocks;
    }

    private record Run(int exitCode, String out, String err) {}

    private static Run run(List<String> arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Sluice.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments.toArray(String[]::new));
        return new Run(exitCode, out.toString(), err.toString());
    }

    private List<String> arguments(String... options) {
        List<String> arguments = new ArrayList<>(List.of("rules", "import", "--from", "envoy-ratelimit"));
        arguments.addAll(List.of(options));
        return arguments;
    }

    private Path configuration() throws Exception {
        Path file = directory.resolve("ratelimit.yaml");
        Files.writeString(file, blocks().get(0).text());
        return file;
    }

    private String withoutDirectory(String text) {
        return text.replace(directory + "/", "");
    }

    @Test
    void shouldPrintWhatItShows_whenItsCommandIsRun() throws Exception {
        // Given
        List<Block> blocks = blocks();
        Path file = configuration();
        Path rules = directory.resolve("rules.yaml");
        assertThat(blocks.get(1).text())
                .isEqualTo("./sluice rules import --from envoy-ratelimit --to rules.yaml --verify --seed 7"
                        + " ratelimit.yaml\n");

        // When
        Run run = run(arguments("--to", rules.toString(), "--verify", "--seed", "7", file.toString()));

        // Then
        assertThat(run.err()).isEmpty();
        assertThat(withoutDirectory(run.out())).isEqualTo(blocks.get(2).text());
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(withoutDirectory(Files.readString(rules)))
                .isEqualTo(blocks.get(3).text());
    }

    @Test
    void shouldPrintWhatItShows_whenItsCommandForBucket4jIsRun() throws Exception {
        // Given
        List<Block> blocks = blocks();
        int first = IntStream.range(0, blocks.size())
                .filter(i -> blocks.get(i).language().equals("yml"))
                .findFirst()
                .orElseThrow();
        Path file = Files.writeString(
                directory.resolve("application.yml"), blocks.get(first).text());
        Path rules = directory.resolve("rules.yaml");
        assertThat(blocks.get(first + 1).text())
                .isEqualTo("./sluice rules import --from bucket4j --to rules.yaml application.yml\n");

        // When
        Run run = run(List.of("rules", "import", "--from", "bucket4j", "--to", rules.toString(), file.toString()));

        // Then
        assertThat(run.err()).isEmpty();
        assertThat(withoutDirectory(run.out())).isEqualTo(blocks.get(first + 2).text());
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(RulesFile.parse("rules", Files.readString(rules)).limits()).isEqualTo(4);
    }

    @Test
    void shouldCompile_whenShownAsARuleset() throws Exception {
        // Given
        List<Block> rulesets = blocks().stream()
                .filter(block -> block.language().equals("yaml"))
                .skip(1)
                .toList();

        // When / Then
        assertThat(rulesets).hasSize(3);
        for (Block block : rulesets) {
            assertThat(RulesFile.parse("document", block.text()).limits()).isPositive();
        }
    }

    @Test
    void shouldReportOnStandardError_whenTheRulesetGoesToStandardOutput() throws Exception {
        // Given
        Path file = configuration();

        // When
        Run run = run(arguments(file.toString()));

        // Then
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(RulesFile.parse("printed", run.out()).limits()).isEqualTo(4);
        assertThat(run.err()).contains(file + ":21: not carried over: path=/export/* replaces per_address");
    }

    @Test
    void shouldBeOneObject_whenAskedForJson() throws Exception {
        // Given
        Path file = configuration();

        // When
        Run run = run(arguments("--output", "json", "--verify", "--requests", "500", "--seed", "3", file.toString()));

        // Then
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.out())
                .startsWith("{\"document\":{\"version\":1,")
                .contains("\"limits\":4,\"findings\":[{\"kind\":")
                .contains("\"verification\":{\"seed\":3,\"requests\":500,");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void shouldSucceed_whenEverythingIsCarriedOver() throws Exception {
        // Given
        Path file = Path.of("src/test/resources/envoy-ratelimit/01-one-value-each.yaml");

        // When
        Run run = run(arguments("--verify", file.toString()));

        // Then
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).startsWith("2 limits\nverified: seed ");
    }

    @Test
    void shouldFailInOneLine_whenAFileIsMissingOrWrong() throws Exception {
        // Given
        Path wrong = directory.resolve("wrong.yaml");
        Files.writeString(wrong, "domain: d\ndescriptors:\n  - {key: a, rate_limit: {unit: aeon}}\n");
        Path bytes = directory.resolve("bytes.yaml");
        Files.write(bytes, new byte[] {(byte) 0xC0, (byte) 0xAF});

        // When
        Run missing = run(arguments("none.yaml"));
        Run unit = run(arguments(wrong.toString()));
        Run notText = run(arguments(bytes.toString()));
        Run unknown = run(List.of("rules", "import", "--from", "nginx", wrong.toString()));
        Run nothing = run(arguments("--verify", "--requests", "0", wrong.toString()));

        // Then
        assertThat(missing).isEqualTo(new Run(1, "", "sluice: none.yaml does not exist\n"));
        assertThat(unit.err()).startsWith("sluice: " + wrong + ":3: unit: aeon (expected: second,");
        assertThat(unit.exitCode()).isEqualTo(1);
        assertThat(notText.err()).startsWith("sluice: " + bytes + ": byte 0xC0 at index 0");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(nothing.err()).startsWith("sluice: requests: 0 (expected: 1..10000000)");
    }
}
