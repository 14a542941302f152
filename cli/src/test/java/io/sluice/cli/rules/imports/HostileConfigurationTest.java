package io.sluice.cli.rules.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.CommandFailure;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Configurations that are wrong, or large, or meant to do harm: a clear line, in bounded time and memory. */
final class HostileConfigurationTest {
    private static ImportedRuleset imported(String text) throws CommandFailure {
        EnvoyRatelimitImport source = new EnvoyRatelimitImport(/* mergesDomains= */ false);
        source.read("f.yaml", text);
        return source.ruleset();
    }

    private static String failure(String text) {
        try {
            return "no failure, but " + imported(text).limits() + " limits";
        } catch (CommandFailure e) {
            return e.getMessage();
        }
    }

    private static String descriptor(String fields) {
        return "domain: d\ndescriptors:\n  - {" + fields + "}\n";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "key: a, rate_limit: {unit: fortnight, requests_per_unit: 1} | f.yaml:3: unit: fortnight (expected: second, minute, hour, day, week, month, year)",
                "key: a, rate_limit: {requests_per_unit: 1} | f.yaml:3: unit: missing (expected: second, minute, hour, day, week, month, year)",
                "key: a, rate_limit: {unit: unknown, requests_per_unit: 1} | f.yaml:3: unit: unknown (expected: second, minute, hour, day, week, month, year)",
                "key: a, rate_limit: {unit: day, unlimited: true} | f.yaml:3: unit: day beside unlimited (expected: only one of them)",
                "key: a, rate_limit: {unit: day, requests_per_unit: -1} | 'f.yaml:3: requests_per_unit: -1 (expected: a whole number, 0..4294967295)'",
                "key: a, rate_limit: {unit: day, requests_per_unit: 4294967296} | 'f.yaml:3: requests_per_unit: 4294967296 (expected: a whole number, 0..4294967295)'",
                "key: a, rate_limit: {unit: day, requests_per_unit: 1.5} | 'f.yaml:3: requests_per_unit: 1.5 (expected: a whole number, 0..4294967295)'",
                "key: a, rate_limit: {unit: day, requests_per_unit: \"7\"} | 'f.yaml:3: requests_per_unit: \"7\" (expected: a whole number, 0..4294967295)'",
                "key: a, rate_limit: [1] | f.yaml:3: rate_limit: a list (expected: an object)",
                "key: a, value: [b, c] | f.yaml:3: value: a list (expected: text)",
                "key: a, value: 1.5 | 'f.yaml:3: value: 1.5 (expected: text in quotes, \"1.5\": the service refuses such a number)'",
                "key: a, shadow_mode: maybe | f.yaml:3: shadow_mode: maybe (expected: true or false)",
                "key: a, share_threshold: true, value: b | f.yaml:3: share_threshold: true (expected: only beside a value that ends in *)",
                "key: a, key: b | f.yaml:3: key given twice (expected: once)",
                "value: b | f.yaml:3: key: missing (expected: the key of an entry)",
                "key: a, limit: 5 | 'f.yaml:3: limit: unknown field of a descriptor (expected: descriptors, detailed_metric, key, metadata, quota_mode, rate_limit, shadow_mode, share_threshold, value, value_to_metric)'",
                "key: a, descriptors: x | f.yaml:3: descriptors: x (expected: a list)",
                "key: a, descriptors: [x] | f.yaml:3: descriptors: x (expected: an object)",
                "key: !!binary aGk= | 'f.yaml:3: tag tag:yaml.org,2002:binary (expected: no tag)'",
                "key: a, rate_limit: {unit: day, requests_per_unit: 1, name: n, replaces: [{name: n}]} | f.yaml:3: name: n (expected: another limit)",
                "key: a, rate_limit: {unit: day, requests_per_unit: 1, replaces: [{}]} | f.yaml:3: name: missing (expected: another limit)",
                "'key: a, <<: 7' | f.yaml:4: not valid YAML: Expected mapping node or an anchor referencing mapping",
            })
    void shouldNameFileLineAndValue_whenOneThingIsWrong(String fields, String expected) {
        // Given
        // When / Then
        assertThat(failure(descriptor(fields)).lines())
                .anyMatch(line -> line.strip().equals(expected));
    }

    @Test
    void shouldNameEveryMistake_whenThereAreSeveral() {
        // Given
        String text = "domain: d\ndescriptors:\n  - key: a\n    rate_limit: {unit: x}\n  - value: y\n";

        // When / Then
        assertThat(failure(text)).startsWith("2 problems\n  f.yaml:4: unit: x ").contains("\n  f.yaml:5: key: missing");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | f.yaml:1: an empty file (expected: domain and descriptors)",
                "'[]' | f.yaml:1: a list (expected: domain and descriptors)",
                "'descriptors: []' | f.yaml:1: domain: missing (expected: the name of a domain)",
                "'a: [b' | f.yaml:1: not valid YAML",
            })
    void shouldSayWhatIsThere_whenItIsNoConfiguration(String text, String expected) {
        // Given
        // When / Then
        assertThat(failure(text)).startsWith(expected);
    }

    @Test
    void shouldNameBothLines_whenDescriptorsAreTheSame() {
        // Given
        String text = "domain: d\ndescriptors:\n  - {key: a_b, value: c}\n  - {key: a, value: b_c}\n";

        // When / Then
        assertThat(failure(text))
                .isEqualTo("f.yaml:4: a=b_c is at f.yaml:3, too (expected: once on a level; ratelimit joins key and"
                        + " value to a_b_c)");
    }

    @Test
    void shouldEnd_whenAnAnchorHoldsItself() {
        // Given
        String text = "domain: d\ndescriptors: &a\n  - key: k\n    descriptors: *a\n";

        // When / Then
        assertThat(failure(text)).contains("nested too deeply (expected: at most 100 levels)");
    }

    @Test
    void shouldEnd_whenAliasesMultiply() {
        // Given
        StringBuilder text = new StringBuilder("domain: d\nl0: &l0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 12; i++) {
            text.append("l").append(i).append(": &l").append(i).append(" [");
            text.append(("*l" + (i - 1) + ", ").repeat(9))
                    .append("*l")
                    .append(i - 1)
                    .append("]\n");
        }

        // When / Then
        assertThat(failure(text.toString())).contains("too many values (expected: at most 1000000, aliases included)");
    }

    @Test
    void shouldEnd_whenNestedDeeply() {
        // Given
        String lists = "domain: d\ndescriptors: " + "[".repeat(200_000);
        StringBuilder levels = new StringBuilder("domain: d\ndescriptors:");
        for (int i = 0; i < 31; i++) {
            levels.append(" [{key: k").append(i).append(", descriptors:");
        }
        levels.append(" []").append("}]".repeat(31)).append('\n');

        // When / Then
        assertThat(failure(lists)).isEqualTo("f.yaml:2: nested too deeply (expected: at most 100 levels)");
        assertThat(failure(levels.toString())).contains("on level 30 (expected: at most 29 levels)");
    }

    @Test
    void shouldImportThem_whenTenThousandAreAlike() throws Exception {
        // Given
        StringBuilder text = new StringBuilder("domain: d\ndescriptors:\n");
        for (int i = 0; i < 10_000; i++) {
            text.append("  - {key: api_key, value: key-").append(i);
            text.append(", rate_limit: {unit: minute, requests_per_unit: ")
                    .append(100 + i % 3)
                    .append("}}\n");
        }
        text.append("  - {key: api_key, rate_limit: {unit: minute, requests_per_unit: 1}}\n");

        // When
        ImportedRuleset ruleset = imported(text.toString());
        ImportVerification verification = ruleset.verify(3, 20_002);

        // Then
        assertThat(ruleset.limits()).isEqualTo(4);
        assertThat(ruleset.isWhole()).isTrue();
        assertThat(verification.unexplained())
                .as(String.join("\n", verification.lines()))
                .isZero();
        assertThat(verification.refused()).isPositive();
    }

    @Test
    void shouldNameTheBound_whenTheRulesetWouldBeTooLarge() {
        // Given
        StringBuilder text = new StringBuilder("domain: d\ndescriptors:\n");
        String value = "v".repeat(250);
        for (int i = 0; i < 10_000; i++) {
            text.append("  - {key: k, value: ").append(value).append(i).append(", descriptors: [{key: l, value: ");
            text.append(value).append(", rate_limit: {unit: day, requests_per_unit: ");
            text.append(i + 1).append("}}]}\n");
        }

        // When / Then
        assertThat(failure(text.toString())).contains("characters as JSON (expected: at most 4000000;");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "anonymous:x", "a%2Fb", "..", "a\\\\b"})
    void shouldSayHowItIsCalled_whenADomainCannotBeAnAccount(String domain) throws Exception {
        // Given
        String text = "domain: \"" + domain
                + "\"\ndescriptors:\n  - {key: a, rate_limit: {unit: day, requests_per_unit: 2}}\n";

        // When
        ImportedRuleset ruleset = imported(text);

        // Then
        assertThat(ruleset.limits()).isEqualTo(1);
        assertThat(ruleset.isWhole()).isTrue();
        assertThat(ruleset.lines()).anyMatch(line -> line.startsWith("f.yaml:1: note: domain "));
    }

    @Test
    void shouldSayWhatIsLost_whenNoRequestCanNameTheDomain() throws Exception {
        // Given
        String text = "domain: " + "d".repeat(257) + "\ndescriptors:\n  - {key: a, rate_limit: {unit: day}}\n";

        // When
        ImportedRuleset ruleset = imported(text);

        // Then
        assertThat(ruleset.limits()).isZero();
        assertThat(ruleset.isWhole()).isFalse();
    }

    @Test
    void shouldSayWhatIsLost_whenNoRequestCanCarryIt() throws Exception {
        // Given
        String limit = ", rate_limit: {unit: day, requests_per_unit: 1}}\n";
        String text = "domain: d\ndescriptors:\n"
                + "  - {key: \"pre*\"" + limit
                + "  - {key: " + "k".repeat(65) + limit
                + "  - {key: k, value: " + "v".repeat(257) + limit
                + "  - {key: envoy.domain" + limit
                + "  - {key: \"a\\tb\"" + limit
                + "  - {key: fine" + limit;

        // When
        ImportedRuleset ruleset = imported(text);

        // Then
        assertThat(ruleset.limits()).isEqualTo(1);
        assertThat(ruleset.findings()).hasSize(5).allMatch(finding -> "not carried over".equals(finding.get("kind")));
        assertThat(ruleset.verify(1, 2_000).isExplained())
                .as("what is lost shows")
                .isFalse();
    }

    @Test
    void shouldKeepItAnEntry_whenAKeyWouldMarkUseThatIsOver() throws Exception {
        // Given
        String limit = ", rate_limit: {unit: day, requests_per_unit: 1}";

        // When
        ImportedRuleset marked = imported(descriptor("key: a, descriptors: [{key: stream_done" + limit + "}]"));
        ImportedRuleset plain = imported(descriptor("key: a" + limit));

        // Then
        assertThat(marked.yaml()).contains("gateways:\n  envoy:\n    domainIsAccount: true\n    charge: []\n");
        assertThat(plain.yaml()).contains("gateways:\n  envoy:\n    domainIsAccount: true\nlimits:\n");
    }

    @Test
    void shouldRefuseOrMerge_whenTwoFilesHaveOneDomain() throws Exception {
        // Given
        EnvoyRatelimitImport refusing = new EnvoyRatelimitImport(/* mergesDomains= */ false);
        EnvoyRatelimitImport merging = new EnvoyRatelimitImport(/* mergesDomains= */ true);
        for (EnvoyRatelimitImport source : new EnvoyRatelimitImport[] {refusing, merging}) {
            source.read("a.yaml", descriptor("key: a, rate_limit: {unit: day, requests_per_unit: 1}"));
            source.read("b.yaml", descriptor("key: a, value: b, rate_limit: {unit: day, requests_per_unit: 2}"));
        }

        // When / Then
        assertThatThrownBy(refusing::ruleset)
                .hasMessageStartingWith(
                        "b.yaml:1: domain: d is in a.yaml:1, too (expected: one file, or" + " --merge-domains");
        ImportedRuleset merged = merging.ruleset();
        assertThat(merged.limits()).isEqualTo(2);
        assertThat(merged.verify(5, 3_000).unexplained()).isZero();
    }

    @Test
    void shouldAnswerAsTheService_whenConfigurationsAreRandom() throws Exception {
        long seed = new SplittableRandom().nextLong(1, 1_000_000);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 60; i++) {
            // Given
            String text = RandomConfiguration.of(random);

            // When
            ImportedRuleset ruleset = imported(text);
            ImportVerification verification = ruleset.verify(seed, 1_500);

            // Then
            assertThat(verification.unexplained())
                    .as("seed %d, configuration %d\n%s\n%s", seed, i, text, String.join("\n", verification.lines()))
                    .isZero();
        }
    }
}
