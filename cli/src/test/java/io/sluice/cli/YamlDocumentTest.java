package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class YamlDocumentTest {

    private static Object read(String text) throws CommandFailure {
        return YamlDocument.read("file", text);
    }

    @Test
    void shouldTakeTheAnchorsValue_whenAliased() throws Exception {
        // Given
        String text = "a: &h api.example.com\nb: *h\nc: &l [1, 2]\nd: [*l, *h]\n";

        // When / Then
        assertThat(read(text))
                .isEqualTo(Map.of(
                        "a",
                        "api.example.com",
                        "b",
                        "api.example.com",
                        "c",
                        List.of(1L, 2L),
                        "d",
                        List.of(List.of(1L, 2L), "api.example.com")));
    }

    @ParameterizedTest
    @CsvSource({"0100, 100", "0x10, 16", "0o17, 15", "+7, 7", "-0, 0", "9223372036854775807, 9223372036854775807"})
    void shouldReadANumber_whenYaml12Does(String text, long number) throws Exception {
        assertThat(read(text)).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1_000", "off", "no", "on", "yes", "12:30:45", "2026-12-01", "0b11", "~x"})
    void shouldReadAWord_whenOnlyOlderYamlTakesItForSomethingElse(String text) throws Exception {
        assertThat(read(text)).isEqualTo(text);
    }

    @Test
    void shouldKeepKeysAsWritten_whenTheyLookLikeNumbersOrFlags() throws Exception {
        assertThat(read("{007: 1, true: 2, off: 3}")).isEqualTo(Map.of("007", 1L, "true", 2L, "off", 3L));
        assertThat(read("99999999999999999999")).isEqualTo(new BigInteger("99999999999999999999"));
        assertThat(read("")).isNull();
        assertThat(read("# nothing\n")).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'a: 1\n\tb: 2' | 'file: not valid YAML at line 2: a tab (expected: spaces for indentation)'",
                "'a: 1\na: 2' | 'file: not valid YAML at line 2: a given twice (expected: once)'",
                "'a: .inf' | 'file: not valid YAML at line 1: .inf (expected: a number that is finite)'",
                "'a: !!binary aGk=' | 'file: not valid YAML at line 1: tag tag:yaml.org,2002:binary (expected: no tag)'",
                "'? [a]\n: 1' | 'file: not valid YAML at line 1: a list or an object as a key (expected: a name)'",
            })
    void shouldNameTheLine_whenSomethingIsWrong(String text, String message) {
        assertThatThrownBy(() -> read(text.replace("\\n", "\n").replace("\\t", "\t")))
                .isInstanceOf(CommandFailure.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: *b", "a: 1\n--- \nb: 2\n", "&a [*a]", "[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]"})
    void shouldRefuse_whenItIsNoTree(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(CommandFailure.class)
                .hasMessageStartingWith("file: not valid YAML");
    }

    @Test
    void shouldRefuse_whenItIsDeeperThanAnyStack() throws Exception {
        String message = "file: not valid YAML at line 2: nested too deeply (expected: at most 16 levels)";
        assertThatThrownBy(() -> read("a:\n  " + "[".repeat(100_000)))
                .isInstanceOf(CommandFailure.class)
                .hasMessage(message);
        assertThatThrownBy(() -> read("a:\n  " + "[".repeat(16) + "1" + "]".repeat(16)))
                .isInstanceOf(CommandFailure.class)
                .hasMessage(message);
        assertThat(read("[".repeat(17) + "]".repeat(17))).isNotNull();
    }

    @Test
    void shouldRefuse_whenAliasesMultiply() {
        // Given: 10^9 values in ten lines
        StringBuilder bomb = new StringBuilder("l0: &l0 [1,1,1,1,1,1,1,1,1,1]\n");
        for (int i = 1; i < 9; i++) {
            String alias = "*l" + (i - 1);
            bomb.append("l").append(i).append(": &l").append(i).append(" [");
            bomb.append(String.join(",", Collections.nCopies(10, alias))).append("]\n");
        }

        // When / Then
        assertThatThrownBy(() -> read(bomb.toString()))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("too many values (expected: at most 1000000)");
    }
}
