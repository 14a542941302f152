package io.sluice.engine.ruleset;

import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.Concurrency;
import io.sluice.engine.bucket.FixedWindow;
import io.sluice.engine.bucket.LeakyBucket;
import io.sluice.engine.bucket.Rate;
import io.sluice.engine.bucket.SlidingWindowCounter;
import io.sluice.engine.bucket.SlidingWindowLog;
import io.sluice.engine.bucket.TokenBucket;
import io.sluice.engine.bucket.Window;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class AlgorithmReaderTest {

    static List<Arguments> algorithms() {
        Map<String, Object> rate = tree("tokens", 2, "per", "1s");
        return List.of(
                arguments(tree("rate", rate), new TokenBucket(new Rate(2, 1_000), 2)),
                arguments(
                        tree("algorithm", "token-bucket", "rate", rate, "burst", 9),
                        new TokenBucket(new Rate(2, 1_000), 9)),
                arguments(
                        tree("algorithm", "leaky-bucket", "rate", rate, "queue", 3),
                        new LeakyBucket(new Rate(2, 1_000), 3)),
                arguments(
                        tree("algorithm", "fixed-window", "limit", 5, "window", tree("per", "1m")),
                        new FixedWindow(new Window.EpochAligned(60_000), 5)),
                arguments(
                        tree("algorithm", "fixed-window", "limit", 5, "window", tree("per", "1m", "from", "first-hit")),
                        new FixedWindow(new Window.FirstHit(60_000), 5)),
                arguments(
                        tree("algorithm", "fixed-window", "limit", 5, "window", tree("calendar", "day")),
                        new FixedWindow(new Window.Calendar(Window.Unit.DAY, ZoneId.of("UTC"), 1), 5)),
                arguments(
                        tree(
                                "algorithm",
                                "fixed-window",
                                "limit",
                                5,
                                "window",
                                tree("calendar", "month", "zone", "Europe/Berlin", "anchorDay", 31)),
                        new FixedWindow(new Window.Calendar(Window.Unit.MONTH, ZoneId.of("Europe/Berlin"), 31), 5)),
                arguments(
                        tree("algorithm", "sliding-window-counter", "limit", 5, "window", tree("per", "1m")),
                        new SlidingWindowCounter(60_000, 5)),
                arguments(
                        tree("algorithm", "sliding-window-log", "limit", 5, "window", tree("per", "1m")),
                        new SlidingWindowLog(60_000, 5)),
                arguments(tree("algorithm", "concurrency", "limit", 5, "ttl", "30s"), new Concurrency(5, 30_000)));
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void shouldCompile_whenFieldsAreThoseOfTheAlgorithm(Map<String, Object> fields, Algorithm algorithm) {
        // Given
        Map<String, Object> limit = limit(fields);

        // When
        Ruleset ruleset = RulesetFixture.ruleset(1, limit);

        // Then
        assertThat(ruleset.limits().get(0).algorithm()).isEqualTo(algorithm);
    }

    static List<Arguments> mistakes() {
        Map<String, Object> window = tree("per", "1m");
        return List.of(
                arguments(
                        tree("algorithm", "leaky-bucket", "rate", tree("tokens", 1, "per", "1s"), "queue", 0),
                        "limits[0].queue: 0 (expected: 1..1000000000000)"),
                arguments(
                        tree("algorithm", "leaky-bucket", "rate", tree("tokens", 1, "per", "1s")),
                        "limits[0].queue: missing (expected: an integer)"),
                arguments(
                        tree("algorithm", "sliding-window-log", "limit", 1_001, "window", window),
                        "limits[0].limit: 1001 (expected: 1..1000)"),
                arguments(
                        tree("algorithm", "sliding-window-counter", "limit", 1, "window", tree("per", "20y")),
                        "limits[0].window.per: \"20y\" (expected: a number and one of ms, s, m, h, d, w, such as 30s)"),
                arguments(
                        tree("algorithm", "sliding-window-counter", "limit", 1, "window", tree("calendar", "day")),
                        "limits[0].window.calendar: unknown field (expected: per)"),
                arguments(
                        tree("algorithm", "fixed-window", "limit", 1, "window", tree("calendar", "fortnight")),
                        "limits[0].window.calendar: \"fortnight\" (expected: day, hour, month, week, year)"),
                arguments(
                        tree(
                                "algorithm",
                                "fixed-window",
                                "limit",
                                1,
                                "window",
                                tree("calendar", "day", "anchorDay", 2)),
                        "limits[0].window.anchorDay: 2 (expected: 1..1)"),
                arguments(
                        tree(
                                "algorithm",
                                "fixed-window",
                                "limit",
                                1,
                                "window",
                                tree("calendar", "day", "zone", "Mars")),
                        "limits[0].window.zone: \"Mars\" (expected: a time zone such as Europe/Berlin)"),
                arguments(
                        tree("algorithm", "fixed-window", "limit", 1, "window", tree("per", "1m", "zone", "UTC")),
                        "limits[0].window.zone: UTC (expected: only with calendar)"),
                arguments(
                        tree("algorithm", "concurrency", "limit", 1, "ttl", "1m", "burst", 3),
                        "limits[0].burst: not a field of concurrency (expected: limit, ttl)"),
                arguments(
                        tree("algorithm", "concurrency", "limit", 0, "ttl", "1m"),
                        "limits[0].limit: 0 (expected: 1..1000)"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void shouldNameTheField_whenItIsWrong(Map<String, Object> fields, String problem) {
        assertThat(RulesetFixture.problems(RulesetFixture.document(limit(fields))))
                .contains(problem);
    }

    private static Map<String, Object> limit(Map<String, Object> fields) {
        Map<String, Object> limit = tree("id", "l", "scope", "client");
        limit.putAll(fields);
        return limit;
    }
}
