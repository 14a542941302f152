package io.sluice.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What servers write into {@code Retry-After}. */
final class RetryAfterTest {
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | 0",
                "0 | 0",
                "' 120 ' | 120000",
                "999999999 | 999999999000",
                "99999999999999999999 | 9223372036854775807",
                "-1 | 0",
                "1.5 | 0",
                "soon | 0",
                "Sun, 29 Nov 2026 12:00:30 GMT | 30000",
                "Sun, 29 Nov 2026 11:00:00 GMT | 0",
                "Mon, 29 Nov 2026 12:00:30 GMT | 0",
                "+999999999-12-31 | 0"
            })
    void shouldGiveMilliseconds_whenReadable(String field, long millis) {
        // Given
        // When / Then
        assertThat(RetryAfter.millis(field, NOW)).isEqualTo(millis);
    }
}
