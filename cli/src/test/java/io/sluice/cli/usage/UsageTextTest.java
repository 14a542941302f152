package io.sluice.cli.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.admin.AdminClient.Answer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rankings as lines for a person. */
final class UsageTextTest {
    @ParameterizedTest
    @CsvSource({"1, of 1 account", "2, of 2 accounts"})
    void shouldSayOfHowManyAccounts_whenMoreAreCountedThanListed(long accounts, String last) {
        // Given
        Map<String, Object> body = Map.of(
                "by", "denied", "window", "minute", "fromMillis", 60_000L, "ranks", List.of(), "accounts", accounts);

        // When
        List<String> lines = UsageText.top(new Answer(200, "", body));

        // Then
        assertThat(lines).containsExactly("top by denied, this minute, from 1970-01-01T00:01:00Z", "nobody yet", last);
    }
}
