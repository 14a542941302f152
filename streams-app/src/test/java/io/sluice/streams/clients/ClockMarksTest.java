package io.sluice.streams.clients;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.sluice.testkit.keys.TestKeys;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ClockMarksTest {
    @Test
    void shouldDoNothing_whenItIsClosedAgain() {
        // Given
        ClockMarks marks = new ClockMarks(Map.of("bootstrap.servers", "127.0.0.1:1"), TestKeys.RULES);
        marks.close();

        // When / Then
        assertThatCode(() -> {
                    marks.send(0, "too late");
                    marks.close();
                })
                .doesNotThrowAnyException();
    }
}
