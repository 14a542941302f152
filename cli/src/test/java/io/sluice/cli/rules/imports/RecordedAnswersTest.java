package io.sluice.cli.rules.imports;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.YamlDocument;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The model of Envoy's rate limit service against what the service itself found. {@code answers.tsv} has descriptors
 * for each fixture, the limit that {@code config.GetLimit} of v1.4.1-0.20260122083618-3fb702589d36 gave for each, and
 * the key of its counter without the time.
 */
final class RecordedAnswersTest {
    private static final Path FIXTURES = Path.of("src/test/resources/envoy-ratelimit");

    private static List<DescriptorEntry> entries(Object tree) {
        List<DescriptorEntry> entries = new ArrayList<>();
        for (Object pair : (List<?>) tree) {
            List<?> keyAndValue = (List<?>) pair;
            entries.add(new DescriptorEntry((String) keyAndValue.get(0), (String) keyAndValue.get(1)));
        }
        return entries;
    }

    private static String shown(DescriptorTree.Found found) {
        if (found == null) {
            return "none\t";
        }
        DescriptorLimit limit = found.limit();
        return limit.isUnlimited()
                ? "unlimited\t"
                : limit.requestsPerUnit() + " " + limit.unit() + "\t" + found.counter();
    }

    @Test
    void shouldFindWhatTheServiceFinds_whenItsAnswersAreRecorded() throws Exception {
        // Given
        List<String> lines = Files.readAllLines(FIXTURES.resolve("answers.tsv"));
        assertThat(lines).hasSizeGreaterThan(400);
        for (String line : lines) {
            String[] parts = line.split("\t", -1);
            EnvoyRatelimitReader reader = new EnvoyRatelimitReader(/* mergesDomains= */ false);
            reader.read(parts[0], Files.readString(FIXTURES.resolve(parts[0])));
            List<DescriptorDomain> domains = reader.domains();

            // When
            DescriptorTree.Found found = new DescriptorTree(domains)
                    .find(domains.get(0).name(), entries(YamlDocument.read("entries", parts[1])));

            // Then
            assertThat(shown(found)).as(line).isEqualTo(parts[2] + "\t" + parts[3]);
        }
    }
}
