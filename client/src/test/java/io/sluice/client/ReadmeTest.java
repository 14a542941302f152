package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** This module's README, and METERING; {@link KafkaAdmissionsIT} runs their examples. */
final class ReadmeTest {
    private static final Path EXAMPLES = Path.of("src/test/java/io/sluice/client");

    @ParameterizedTest
    @CsvSource({"README.md, ReadmeExample", "../docs/METERING.md, MeteringExample"})
    void shouldShowTheExampleThatIsRun_always(String document, String example) throws IOException {
        // Given
        String source = Files.readString(EXAMPLES.resolve(example + ".java"));

        // When
        String shown = between(Files.readString(Path.of(document)), "```java\n", "```");

        // Then
        assertThat(shown)
                .isEqualTo(between(source, "    // begin\n", "    // end").replaceAll("(?m)^ {4}", ""));
    }

    private static String between(String text, String begin, String end) {
        assertThat(text).containsOnlyOnce(begin);
        int from = text.indexOf(begin) + begin.length();
        return text.substring(from, text.indexOf(end, from));
    }
}
