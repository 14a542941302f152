package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CountedTest {
    @ParameterizedTest
    @CsvSource({"0, 0 limits", "1, 1 limit", "2, 2 limits"})
    void shouldWriteThePlural_unlessThereIsOne(long count, String text) {
        assertThat(Counted.of(count, "limit")).isEqualTo(text);
    }
}
