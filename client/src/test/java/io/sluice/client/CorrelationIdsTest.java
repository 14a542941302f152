package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CorrelationIdsTest {
    private static final int EPOCH_CHARS = 16;

    private final CorrelationIds ids = new CorrelationIds();

    @Test
    void shouldCountUp_whenAskedForTheNext() {
        // Given
        long first = ids.next();

        // When
        long second = ids.next();

        // Then
        assertThat(second).isEqualTo(first + 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 9, 10, 15, 16, 255, 1L << 32, Long.MAX_VALUE})
    void shouldGiveTheNumberBack_whenTheTextIsOurs(long number) {
        // Given
        String text = ids.text(number);

        // When
        long read = ids.numberIn(bytes(text));

        // Then
        assertThat(read).isEqualTo(number);
        assertThat(text).matches("[0-9a-f]{16}-[0-9a-f]{1,16}");
    }

    @Test
    void shouldNotBeOurs_whenAnotherInstanceNamedIt() {
        // Given
        CorrelationIds others = new CorrelationIds();

        // When
        long read = ids.numberIn(bytes(others.text(others.next())));

        // Then
        assertThat(read).isEqualTo(CorrelationIds.NOT_OURS);
    }

    @Test
    void shouldNotBeOurs_whenOneCharacterOfTheEpochDiffers() {
        // Given
        String text = ids.text(1);

        for (int i = 0; i <= EPOCH_CHARS; i++) {
            StringBuilder other = new StringBuilder(text);
            other.setCharAt(i, text.charAt(i) == '0' ? '1' : '0');

            // When
            long read = ids.numberIn(bytes(other.toString()));

            // Then
            assertThat(read).as("%s", other).isEqualTo(CorrelationIds.NOT_OURS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "row-1", "0123456789abcdef", "0123456789abcdef-", "0123456789abcdef-1"})
    void shouldNotBeOurs_whenTheKeyIsSomebodyElses(String key) {
        // Given
        // When
        long read = ids.numberIn(bytes(key));

        // Then
        assertThat(read).isEqualTo(CorrelationIds.NOT_OURS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00000000000000001", "g", "1g", "-1", "1 ", " 1", "0x1", "1\n", "\u0661", "\uff11"})
    void shouldNotBeOurs_whenTheNumberIsTooShortTooLongOrNotHexadecimal(String digits) {
        // Given
        String epoch = ids.text(1).substring(0, EPOCH_CHARS + 1);

        // When
        long read = ids.numberIn(bytes(epoch + digits));

        // Then
        assertThat(read).isEqualTo(CorrelationIds.NOT_OURS);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
