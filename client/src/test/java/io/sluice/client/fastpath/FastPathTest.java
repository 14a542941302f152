package io.sluice.client.fastpath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class FastPathTest {
    @Test
    void shouldNameTheNumber_whenOutOfBounds() {
        // Given / When / Then
        assertThatThrownBy(() -> new FastPath(true, 99, 10, 10, 10))
                .hasMessage("leaseMillis: 99 (expected: 100..60000)");
        assertThatThrownBy(() -> new FastPath(true, 1_000, 0, 10, 10)).hasMessageContaining("trackedKeysMax: 0");
        assertThatThrownBy(() -> new FastPath(true, 1_000, 10, 0, 10)).hasMessageContaining("waitersMax: 0");
        assertThatThrownBy(() -> new FastPath(true, 1_000, 10, 10, 0)).hasMessageContaining("prefetchTokensMax: 0");
    }

    @Test
    void shouldChangeOneThing_whenDerived() {
        // Given
        FastPath standard = FastPath.standard();

        // When / Then
        assertThat(standard.enabled()).isTrue();
        assertThat(FastPath.off().enabled()).isFalse();
        assertThat(standard.withLease(Duration.ofMillis(200)).leaseMillis()).isEqualTo(200);
        assertThat(standard.withLease(Duration.ofMillis(200)).prefetchTokensMax())
                .isEqualTo(standard.prefetchTokensMax());
    }
}
