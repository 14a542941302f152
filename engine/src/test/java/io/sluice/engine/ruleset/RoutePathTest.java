package io.sluice.engine.ruleset;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
        "/v1/orders//../7, /v1/orders/7",
        "/v1/%6Frders/%37, /v1/orders/7",
        "/v1/%2e%2e/x, /x",
        "/v1/%2E/x, /v1/x",
        "/v1/caf\u00e9, /v1/caf%C3%A9",
        "/v1/caf%c3%a9, /v1/caf%C3%A9",
        "/a b, /a%20b",
        "/a%zz%4, /a%25zz%254",
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
        "/.../..a/b.., /.../..a/b..",
        "/a/c;d=1, /a/c;d=1",
        "/a:b@c!$&()*+=, /a:b@c!$&()*+=",
    })
    void shouldLeaveAlone_whenFrontEndsWouldDecodeDifferently(String path, String same) {
        assertThat(RoutePath.of(path)).hasToString(same);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/orders//../7, /v1/7",
        "/v1/orders%2F7, /v1/orders/7",
        "/v1/orders%2f7, /v1/orders/7",
        "/v1\\orders%5C7, /v1/orders/7",
        "/v1/orders;a=b/7;c, /v1/orders/7",
        "/v1/..;/admin, /admin",
        "/v1/%2e%2e%2fadmin, /admin",
    })
    void shouldHaveAnotherReading_whenLenientServersSeeAnotherPath(String path, String other) {
        assertThat(RoutePath.of(path).otherReading())
                .isEqualTo(RoutePath.of(other).segments());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/v1/orders/7", "/v1//orders/", "/v1/../x", "/v1//x/%41", "/a%252Fb"})
    void shouldHaveNoOtherReading_whenServersAgree(String path) {
        assertThat(RoutePath.of(path).otherReading()).isNull();
    }

    @Test
    void shouldCompareEqual_whenSpelledAlike() {
        assertThat(RoutePath.of("/a/b")).isEqualTo(RoutePath.of("a/./b?x")).isNotEqualTo(RoutePath.of("/a"));
        assertThat(RoutePath.of("")).isEqualTo(RoutePath.ROOT);
    }

    @Test
    void shouldBeAFixedPoint_whenAFoldedPathIsFoldedAgain() {
        long seed = 7;
        SplittableRandom random = new SplittableRandom(seed);
        String alphabet = "//..ab?#*{};\\%2eF\u00e9";
        for (int round = 0; round < 50_000; round++) {
            // Given
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(20); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }

            // When
            RoutePath path = RoutePath.of(text.toString());

            // Then
            assertThat(RoutePath.of(path.toString()).segments())
                    .as("seed %d, \"%s\"", seed, text)
                    .isEqualTo(path.segments());
            assertThat(path.segments())
                    .as("seed %d, \"%s\"", seed, text)
                    .doesNotContain("", ".", "..")
                    .noneMatch(segment -> segment.contains("/") || segment.contains("?") || segment.contains("#"));
        }
    }
}
