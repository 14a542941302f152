package io.sluice.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.reply.HoldNames;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.SettleRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What docs/MIDDLEWARE.md shows is compiled, and runs. */
final class DocumentedExamplesTest {
    private static final Path SOURCE = Path.of("src/test/java/io/sluice/middleware/DocumentedExamples.java");

    @ParameterizedTest
    @ValueSource(strings = {"client", "filter", "interceptor", "reservation"})
    void shouldShowTheExampleThatIsRun_always(String name) throws Exception {
        // Given
        String source = Files.readString(SOURCE);
        String document = Files.readString(Path.of("../docs/MIDDLEWARE.md"));

        // When
        String begin = "    // begin " + name + "\n";
        String example = source.substring(
                        source.indexOf(begin) + begin.length(), source.indexOf("    // end " + name + "\n"))
                .replaceAll("(?m)^ {4}", "");

        // Then
        assertThat(document).contains("```java\n" + example + "```");
    }

    @Test
    void shouldWork_whenRun() throws Exception {
        // Given
        PlannedAdmissions admissions =
                PlannedAdmissions.always(PlannedAdmissions.allowed(new HoldNames("0-7", 60_000, null)));

        // When / Then
        assertThat(DocumentedExamples.mayOrder(admissions)).isTrue();
        assertThat(DocumentedExamples.writeReport(admissions, () -> 700)).isTrue();
        assertThat(admissions.settled)
                .containsExactly(SettleRequest.commit(
                        AdmissionRequest.of("acme/alice").build().clientId(), new DecisionId(0, 7), 700));
        assertThat(DocumentedExamples.filter(admissions)).isNotNull();
        assertThat(DocumentedExamples.interceptor(admissions)).isNotNull();
        try (HttpAdmissions connected = DocumentedExamples.connect(() -> "key")) {
            assertThat(connected.counts().waitingMax()).isEqualTo(256);
        }
    }
}
