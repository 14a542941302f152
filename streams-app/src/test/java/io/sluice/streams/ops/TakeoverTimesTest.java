package io.sluice.streams.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TakeoverTimesTest {
    private static final String SESSION = "consumer.session.timeout.ms";
    private static final String TRANSACTION = "producer.transaction.timeout.ms";

    @ParameterizedTest
    @CsvSource({"6000,6000", "3000,3000", "1000,2500", "10000,10000", ",6000"})
    void shouldBeAsShortAsTheBrokersAllow_andNotShorterThanAPauseMayBe(String allowed, int expected) {
        assertThat(TakeoverTimes.allowedBy(allowed).sessionMillis()).isEqualTo(expected);
    }

    @Test
    void shouldTakeThePlaceOfOurDefaults() {
        // Given
        Properties properties = properties(500);
        properties.put(SESSION, 6_000);
        properties.put(TRANSACTION, 6_000);

        // When
        new TakeoverTimes(2_500).putInto(properties);

        // Then
        assertThat(properties).containsEntry(SESSION, 2_500).containsEntry(TRANSACTION, 2_500);
    }

    @Test
    void shouldLeaveWhatAnOperatorHasSet() {
        // Given: the operator's settings have no prefix
        Properties properties = properties(500);
        properties.put("session.timeout.ms", "9000");

        // When
        new TakeoverTimes(2_500).putInto(properties);

        // Then
        assertThat(properties).doesNotContainKeys(SESSION, TRANSACTION);
        assertThat(properties).containsEntry("session.timeout.ms", "9000");
    }

    @Test
    void shouldLeaveTransactionsTimeForACommit_whenCommitsAreRare() {
        // Given
        Properties properties = properties(5_000);
        properties.put(TRANSACTION, 6_000);

        // When
        new TakeoverTimes(2_500).putInto(properties);

        // Then
        assertThat(properties).containsEntry(TRANSACTION, 6_500);
    }

    private static Properties properties(int commitMillis) {
        Properties properties = new Properties();
        properties.put("commit.interval.ms", commitMillis);
        return properties;
    }
}
