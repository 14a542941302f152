package io.sluice.cli.rules.imports;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.rules.imports.DescriptorCounters.Counting;
import io.sluice.cli.rules.imports.DescriptorRequest.Asked;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The model of Envoy's rate limit service against what its documentation says. */
final class DescriptorTreeTest {
    private static final long NOON = 1_790_000_000_000L - Math.floorMod(1_790_000_000_000L, 86_400_000L);

    private static List<DescriptorDomain> domains(String yaml) throws CommandFailure {
        EnvoyRatelimitReader reader = new EnvoyRatelimitReader(/* mergesDomains= */ false);
        reader.read("file.yaml", "domain: d\ndescriptors:\n" + yaml);
        return reader.domains();
    }

    private static List<DescriptorEntry> entries(String... keysAndValues) {
        List<DescriptorEntry> entries = new ArrayList<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            entries.add(new DescriptorEntry(keysAndValues[i], keysAndValues[i + 1]));
        }
        return entries;
    }

    private static long limit(DescriptorTree tree, String... keysAndValues) {
        DescriptorTree.Found found = tree.find("d", entries(keysAndValues));
        return found == null ? -1 : found.limit().requestsPerUnit();
    }

    private static DescriptorRequest request(long atMillis, Asked... asked) {
        return new DescriptorRequest("d", List.of(asked), atMillis);
    }

    @Test
    void shouldTakeTheMostSpecific_whenSeveralMatch() throws Exception {
        // Given
        DescriptorTree tree = new DescriptorTree(domains("""
                  - {key: ip, rate_limit: {unit: second, requests_per_unit: 1}}
                  - {key: ip, value: 10.*, rate_limit: {unit: second, requests_per_unit: 2}}
                  - {key: ip, value: 10.1.*, rate_limit: {unit: second, requests_per_unit: 3}}
                  - {key: ip, value: 10.1.1.1, rate_limit: {unit: second, requests_per_unit: 4}}
                """));

        // When / Then
        assertThat(limit(tree, "ip", "10.1.1.1")).isEqualTo(4);
        assertThat(limit(tree, "ip", "10.1.1.2")).as("the first wildcard").isEqualTo(2);
        assertThat(limit(tree, "ip", "11.1.1.2")).isEqualTo(1);
        assertThat(limit(tree, "host", "10.1.1.1")).isEqualTo(-1);
    }

    @Test
    void shouldNotMatch_whenTheDepthDiffers() throws Exception {
        // Given
        DescriptorTree tree = new DescriptorTree(domains("""
                  - key: key
                    value: value
                    rate_limit: {unit: second, requests_per_unit: 300}
                  - key: other
                    descriptors:
                      - {key: subkey, rate_limit: {unit: second, requests_per_unit: 200}}
                """));

        // When / Then
        assertThat(limit(tree, "key", "value", "subkey", "subvalue")).isEqualTo(-1);
        assertThat(limit(tree, "key", "value")).isEqualTo(300);
        assertThat(limit(tree, "other", "x", "subkey", "y")).isEqualTo(200);
        assertThat(limit(tree, "other", "x")).isEqualTo(-1);
        assertThat(limit(tree, "subkey", "y", "other", "x")).isEqualTo(-1);
    }

    @Test
    void shouldNotTurnBack_whenTheMoreSpecificHasNothingBelow() throws Exception {
        // Given
        DescriptorTree tree = new DescriptorTree(domains("""
                  - {key: user, value: probe}
                  - key: user
                    descriptors:
                      - {key: method, rate_limit: {unit: second, requests_per_unit: 5}}
                """));

        // When / Then
        assertThat(limit(tree, "user", "probe", "method", "GET")).isEqualTo(-1);
        assertThat(limit(tree, "user", "alice", "method", "GET")).isEqualTo(5);
    }

    @Test
    void shouldShareOneCounter_whenAThresholdIsShared() throws Exception {
        // Given
        DescriptorTree tree = new DescriptorTree(domains("""
                  - {key: f, value: a/*, share_threshold: true, rate_limit: {unit: hour, requests_per_unit: 10}}
                  - {key: g, value: a/*, rate_limit: {unit: hour, requests_per_unit: 10}}
                """));
        DescriptorCounters counters = new DescriptorCounters(tree, Counting.AS_THE_SERVICE);

        // When / Then
        assertThat(counters.allows(request(NOON, new Asked(entries("f", "a/1"), 5))))
                .isTrue();
        assertThat(counters.allows(request(NOON, new Asked(entries("f", "a/2"), 5))))
                .isTrue();
        assertThat(counters.allows(request(NOON, new Asked(entries("f", "a/3"), 1))))
                .isFalse();
        assertThat(counters.allows(request(NOON, new Asked(entries("g", "a/1"), 10))))
                .isTrue();
        assertThat(counters.allows(request(NOON, new Asked(entries("g", "a/2"), 10))))
                .isTrue();
    }

    @Test
    void shouldChargeWhatItRefuses_asTheServiceDoes() throws Exception {
        // Given
        String yaml = "  - {key: k, rate_limit: {unit: minute, requests_per_unit: 10}}\n"
                + "  - {key: l, rate_limit: {unit: minute, requests_per_unit: 2}}\n";
        DescriptorCounters service = new DescriptorCounters(new DescriptorTree(domains(yaml)), Counting.AS_THE_SERVICE);
        DescriptorCounters ours = new DescriptorCounters(new DescriptorTree(domains(yaml)), Counting.ALL_OR_NOTHING);
        DescriptorRequest both = request(NOON, new Asked(entries("k", "x"), 8), new Asked(entries("l", "x"), 3));
        DescriptorRequest one = request(NOON, new Asked(entries("k", "x"), 8));

        // When / Then
        assertThat(service.allows(both)).isFalse();
        assertThat(service.allows(one)).as("16 of 10").isFalse();
        assertThat(ours.allows(both)).isFalse();
        assertThat(ours.allows(one)).as("8 of 10").isTrue();
    }

    @Test
    void shouldBeginAnew_whenAWindowOfTheEpochEnds() throws Exception {
        // Given
        DescriptorCounters counters = new DescriptorCounters(
                new DescriptorTree(domains("  - {key: k, rate_limit: {unit: day, requests_per_unit: 1}}\n")),
                Counting.AS_THE_SERVICE);
        Asked asked = new Asked(entries("k", "x"), 1);

        // When / Then
        assertThat(counters.allows(request(NOON + 86_399_998, asked))).isTrue();
        assertThat(counters.allows(request(NOON + 86_399_999, asked))).isFalse();
        assertThat(counters.allows(request(NOON + 86_400_000, asked))).isTrue();
    }

    @Test
    void shouldLeaveOutWhatIsReplaced_onlyInTheSameRequest() throws Exception {
        // Given
        String yaml = """
                  - {key: a, rate_limit: {name: slow, unit: minute, requests_per_unit: 1}}
                  - {key: b, rate_limit: {replaces: [{name: slow}], unit: minute, requests_per_unit: 9}}
                """;
        DescriptorCounters counters =
                new DescriptorCounters(new DescriptorTree(domains(yaml)), Counting.AS_THE_SERVICE);
        Asked slow = new Asked(entries("a", "x"), 1);
        Asked fast = new Asked(entries("b", "x"), 1);

        // When / Then
        for (int i = 0; i < 3; i++) {
            assertThat(counters.allows(request(NOON, slow, fast))).isTrue();
        }
        assertThat(counters.allows(request(NOON, slow))).isTrue();
        assertThat(counters.allows(request(NOON, slow))).isFalse();
    }
}
