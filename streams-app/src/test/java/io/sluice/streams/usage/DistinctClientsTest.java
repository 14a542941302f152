package io.sluice.streams.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class DistinctClientsTest {
    @Test
    void shouldBeExact_whenThereAreFew() {
        // Given
        DistinctClients clients = new DistinctClients();

        // When / Then
        for (int i = 1; i < DistinctClients.HASHES_MAX; i++) {
            assertThat(clients.add("acme/" + i)).isTrue();
            assertThat(clients.add("acme/" + i)).isFalse();
            assertThat(clients.estimate()).isEqualTo(i);
        }
    }

    @Test
    void shouldBeNear_whenThereAreMany() {
        for (int count : new int[] {1_000, 100_000}) {
            // Given
            DistinctClients clients = new DistinctClients();

            // When
            for (int i = 0; i < count; i++) {
                clients.add("acme/client-" + i);
            }

            // Then
            assertThat((double) clients.estimate()).isCloseTo(count, within(0.3 * count));
            assertThat(clients.hashes()).hasSize(DistinctClients.HASHES_MAX);
        }
    }

    @Test
    void shouldBeTheUnion_whenAdded() {
        // Given
        DistinctClients whole = new DistinctClients();
        DistinctClients first = new DistinctClients();
        DistinctClients second = new DistinctClients();
        for (int i = 0; i < 5_000; i++) {
            whole.add("c" + i);
            (i % 3 == 0 ? first : second).add("c" + i);
        }

        // When
        first.addAll(second);

        // Then
        assertThat(first.hashes()).isEqualTo(whole.hashes());
        assertThat(DistinctClients.restored(first.hashes()).estimate()).isEqualTo(whole.estimate());
    }
}
