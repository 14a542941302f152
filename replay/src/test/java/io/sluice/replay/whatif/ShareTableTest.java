package io.sluice.replay.whatif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class ShareTableTest {
    @Test
    void shouldKeepTheHighestShareOfEachBucket_whenThereAreMany() {
        // Given
        ShareTable table = new ShareTable(10_000);

        // When
        for (int share : new int[] {0, 500, 300}) {
            for (int i = 0; i < 5_000; i++) {
                table.put("account-" + i, "client", share + i % 100);
            }
        }

        // Then
        ShareDistribution found = table.distribution();
        assertThat(found.buckets()).isEqualTo(5_000);
        assertThat(found.maxPerMille()).isEqualTo(599);
        assertThat(found.perMilleAt(500)).isEqualTo(549);
        assertThat(found.perMilleAt(990)).isEqualTo(598);
        assertThat(found.unkept()).isZero();
        assertThat(found.plus(found).buckets()).isEqualTo(10_000);
    }

    @Test
    void shouldCountWhatItDoesNotKeep_whenItIsFull() {
        // Given
        ShareTable table = new ShareTable(2);

        // When
        table.put("a", "", 100);
        table.put("b", "", 200);
        table.put("c", "", 900);
        table.put("a", "", 9_000);

        // Then
        assertThat(table.distribution().buckets()).isEqualTo(2);
        assertThat(table.distribution().unkept()).isEqualTo(1);
        assertThat(table.distribution().maxPerMille()).isEqualTo(9_000);
    }

    @Test
    void shouldSayWhatIsExpected_whenABudgetIsNone() {
        // When, Then
        assertThat(FlipBudget.Share.parse("0.1%").perMillion()).isEqualTo(1_000);
        assertThat(FlipBudget.Share.parse("7").requests()).isEqualTo(7);
        for (String text : new String[] {"", "%", "-1", "101%", "x", "NaN%"}) {
            assertThatThrownBy(() -> FlipBudget.Share.parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected: a share such as 0.1%");
        }
        assertThatThrownBy(() -> FlipBudget.Protected.parse("tier="))
                .hasMessage("tier= (expected: tier=NAME, account=NAME or allow-listed)");
    }
}
