package io.sluice.perf.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class ClientDrawTest {
    private static final int CLIENTS = 1_000;
    private static final int DRAWN = 200_000;
    private static final Offset<Double> CHANCE = Offset.offset(0.01);

    @Test
    void shouldFollowZipfsLaw_whenManyAreDrawn() {
        // Given
        double all = IntStream.rangeClosed(1, CLIENTS)
                .mapToDouble(rank -> 1.0 / rank)
                .sum();

        // When
        int[] drawn = ClientDraw.zipf(CLIENTS).next(DRAWN);

        // Then
        assertThat(share(drawn, 0)).isCloseTo(1 / all, CHANCE);
        assertThat(share(drawn, 9)).isCloseTo(0.1 / all, CHANCE);
        assertThat(Arrays.stream(drawn)).allMatch(client -> client >= 0 && client < CLIENTS);
    }

    @Test
    void shouldDrawTheSameAgain_whenItBeginsAnew() {
        assertThat(ClientDraw.zipf(CLIENTS).next(100))
                .isEqualTo(ClientDraw.zipf(CLIENTS).next(100));
        assertThat(ClientDraw.evenly(CLIENTS).next(100))
                .isEqualTo(ClientDraw.evenly(CLIENTS).next(100));
    }

    @Test
    void shouldFavourNobody_whenDrawnEvenly() {
        // When
        int[] drawn = ClientDraw.evenly(10).next(DRAWN);

        // Then
        for (int client = 0; client < 10; client++) {
            assertThat(share(drawn, client)).isCloseTo(0.1, CHANCE);
        }
    }

    private static double share(int[] drawn, int client) {
        return (double) Arrays.stream(drawn).filter(each -> each == client).count() / drawn.length;
    }
}
