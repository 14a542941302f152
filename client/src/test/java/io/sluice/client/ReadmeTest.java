package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** This module's README; {@link KafkaAdmissionsIT} runs its example. */
final class ReadmeTest {
    private static final Path EXAMPLE = Path.of("src/test/java/io/sluice/client/ReadmeExample.java");

    @Test
    void shouldShowTheExampleThatIsRun_always() throws IOException {
        // Given
        String source = Files.readString(EXAMPLE);

        // When
        String shown = between(Files.readString(Path.of("README.md")), "```java\n", "```");

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
