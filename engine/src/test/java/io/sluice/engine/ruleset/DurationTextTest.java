package io.sluice.engine.ruleset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DurationTextTest {

    @ParameterizedTest
    @CsvSource({
        "500ms, 500",
        "1s, 1000",
        "5m, 300000",
        "2h, 7200000",
        "30d, 2592000000",
        "1w, 604800000",
        "0s, 0",
        "007s, 7000",
        "15250284452w, 9223372036569600000",
    })
    void shouldGiveMilliseconds_whenANumberAndAUnit(String text, long millis) {
        assertThat(DurationText.toMillis(text)).isEqualTo(millis);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "s", "-1s", "1.5s", "1 s", "1S", "1y", "1h30m", "٣s", "1234567890123456ms"})
    void shouldRefuseTheText_whenOfAnotherForm(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DurationText.toMillis(text))
                .withMessage("\"%s\" (expected: a number and one of ms, s, m, h, d, w, such as 30s)", text);
    }

    @Test
    void shouldRefuseTheText_whenItDoesNotFit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DurationText.toMillis("15250284453w"))
                .withMessage("\"15250284453w\" (expected: a shorter duration)");
    }
}
