package io.sluice.engine.ruleset;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RoutePathTest {

    @ParameterizedTest
    @CsvSource({
        "/v1/orders/7, /v1/orders/7",
        "v1/orders, /v1/orders",
        "/v1/orders/, /v1/orders",
        "//v1///orders//, /v1/orders",
        "/v1/./orders/., /v1/orders",
        "/v1/../v2, /v2",
        "/v1/orders/.., /v1",
        "/../../v1, /v1",
        "/v1/../.., /",
        "/v1//orders/./7/?a=b, /v1/orders/7",
        "/v1?next=/v2/../x, /v1",
        "/v1#top/other, /v1",
        "/v1#a?b, /v1",
        "?a=b, /",
        "'', /",
        "/, /",
        "///, /",
    })
    void shouldFoldSpellings_whenTheyNameOneResource(String path, String folded) {
        assertThat(RoutePath.of(path)).hasToString(folded);
    }

    @ParameterizedTest
    @CsvSource({
        "/V1/Orders, /V1/Orders",
        "/v1%2Forders, /v1%2Forders",
        "/v1/%2e%2e/x, /v1/%2e%2e/x",
        "/.../..a/b.., /.../..a/b..",
        "/a b/c;d=1, /a b/c;d=1",
    })
    void shouldLeaveAlone_whenFrontEndsWouldDecodeDifferently(String path, String same) {
        assertThat(RoutePath.of(path)).hasToString(same);
    }

    @Test
    void shouldCompareEqual_whenSegmentsAreTheSame() {
        assertThat(RoutePath.of("/a//b/")).isEqualTo(RoutePath.of("a/./b?x")).isNotEqualTo(RoutePath.of("/a"));
        assertThat(RoutePath.of("")).isEqualTo(RoutePath.ROOT);
    }

    @Test
    void shouldBeAFixedPoint_whenAFoldedPathIsFoldedAgain() {
        long seed = 7;
        SplittableRandom random = new SplittableRandom(seed);
        String alphabet = "//..ab?#*{}";
        for (int round = 0; round < 50_000; round++) {
            // Given
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(20); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }

            // When
            RoutePath path = RoutePath.of(text.toString());

            // Then
            assertThat(RoutePath.of(path.toString()))
                    .as("seed %d, \"%s\"", seed, text)
                    .isEqualTo(path);
            assertThat(path.segments())
                    .as("seed %d, \"%s\"", seed, text)
                    .doesNotContain("", ".", "..")
                    .noneMatch(segment -> segment.contains("/") || segment.contains("?") || segment.contains("#"));
        }
    }
}
