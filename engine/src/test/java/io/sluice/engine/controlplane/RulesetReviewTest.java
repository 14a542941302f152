package io.sluice.engine.controlplane;

import static io.sluice.engine.ruleset.RulesetFixture.document;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.matching;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.engine.ruleset.InvalidRulesetException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an author can hardly have meant. */
final class RulesetReviewTest {
    /** 2026-12-01. */
    private static final long NOW_MILLIS = 1_796_083_200_000L;

    @Test
    void shouldWarn_whenAListingIsOverBeforeItBegins() throws Exception {
        // Given
        Map<String, Object> document = document(limit("sustained", 10, "1s", 100));
        document.put(
                "lists",
                List.of(tree(
                        "id",
                        "blocked",
                        "access",
                        "deny",
                        "entries",
                        List.of(
                                tree("account", "a", "until", "2026-12-01T00:00:01Z"),
                                tree("account", "b", "until", "2026-12-01T00:00:00Z")))));

        // When / Then
        assertThat(warnings(document))
                .containsExactly("lists[0].entries[1].until: 2026-12-01T00:00:00Z (is over: the entry never counts)");
    }

    @Test
    void shouldSayNothing_whenAllIsWell() throws Exception {
        // Given
        Map<String, Object> document = document(
                limit("sustained", 10, "1s", 100),
                limit("burst", 100, "1m", 10),
                limit("per-account", "account", 10, "1s", 100),
                limit("one-a-day", "attribute:a", 1, "24h", 1),
                limit("million", List.of("account", "attribute:a"), 1_000_000, "1s", 1_000));

        // When / Then
        assertThat(warnings(document)).isEmpty();
    }

    @Test
    void shouldWarn_whenLimitsNeverApply() throws Exception {
        // Given
        Map<String, Object> off = limit("off", 1, "1s", 1);
        off.put("mode", "off");
        Map<String, Object> document = document(
                off,
                matching(limit("gold", 1, "1s", 1), "tiers", List.of("gold")),
                matching(limit("free", 1, "1s", 1), "tiers", List.of("free", "gold")));
        document.put("tiers", List.of("free", "pro", "gold"));
        document.put("accounts", Map.of("acme", Map.of("tier", "pro")));

        // When / Then
        assertThat(warnings(document))
                .containsExactly(
                        "limits[0].mode: off (the limit never applies)",
                        "limits[1].match.tiers: gold (no account of this document has such a tier)");
        assertThat(warnings(document())).containsExactly("limits: none (everything is allowed)");
    }

    @Test
    void shouldWarn_whenSharesKeepNothingOrAll() throws Exception {
        // Given
        Map<String, Object> nothing = limit("nothing", 1, "1s", 9);
        nothing.put("keepFor", tree("high", "10%"));
        Map<String, Object> all = limit("all", "account", 1, "1s", 9);
        all.put("keepFor", tree("critical", "100%"));
        Map<String, Object> some = limit("some", "attribute:a", 1, "1s", 10);
        some.put("keepFor", tree("high", "10%"));

        // When / Then
        assertThat(warnings(document(nothing, all, some)))
                .containsExactly(
                        "limits[0].keepFor: keeps nothing of 9 from priority low",
                        "limits[0].keepFor: keeps nothing of 9 from priority normal",
                        "limits[1].keepFor: keeps all 9 from priority low",
                        "limits[1].keepFor: keeps all 9 from priority normal",
                        "limits[1].keepFor: keeps all 9 from priority high");
    }

    @Test
    void shouldWarn_whenAThresholdIsNeverReached() throws Exception {
        // Given limits of 10 that are enforced, may be exceeded by one, and are in shadow
        Map<String, Object> enforced = limit("enforced", 1, "1h", 10);
        Map<String, Object> graced = limit("graced", "account", 1, "1h", 10);
        graced.put("grace", "10%");
        Map<String, Object> shadow = limit("shadow", "attribute:a", 1, "1h", 10);
        shadow.put("mode", "shadow");
        for (Map<String, Object> limit : List.of(enforced, graced, shadow)) {
            limit.put("alertAt", List.of("110%"));
        }
        Map<String, Object> beyond = limit("beyond", "attribute:b", 1, "1h", 10);
        beyond.put("grace", "10%");
        beyond.put("alertAt", List.of("100%", "120%"));

        // When / Then
        assertThat(warnings(document(enforced, graced, shadow, beyond)))
                .containsExactly(
                        "limits[0].alertAt: 110% (never reached: the limit refuses at 10 of 10 tokens)",
                        "limits[3].alertAt: 120% (never reached: the limit refuses at 11 of 10 tokens)");
    }

    @Test
    void shouldSayNothing_whenTheStricterLimitDoesNotDenyOrKeepsLess() throws Exception {
        // Given
        Map<String, Object> tagging = limit("tagging", 1, "1s", 5);
        tagging.put("onExceed", "tag");
        Map<String, Object> keeping = limit("keeping", 1, "1s", 20);
        keeping.put("keepFor", tree("high", "50%"));

        // When / Then
        assertThat(warnings(document(tagging, limit("denying", 1, "1s", 10), keeping)))
                .isEmpty();
    }

    @Test
    void shouldWarn_whenALimitNeverRefuses() throws Exception {
        // Given
        Map<String, Object> shadow = limit("shadow", 1, "1h", 1);
        shadow.put("mode", "shadow");
        Map<String, Object> document = document(
                shadow,
                limit("strict", 10, "1s", 20),
                limit("loose", 600, "1m", 30),
                limit("twin", 20, "2s", 20),
                limit("faster-but-smaller", 20, "1s", 10));

        // When / Then
        assertThat(warnings(document))
                .containsExactly(
                        "limits[2]: never refuses: limit strict at limits[1] has the same match and scope and is"
                                + " stricter",
                        "limits[3]: same match, scope and algorithm as limit strict at limits[1]");
    }

    @Test
    void shouldCompareWithinOneAlgorithm_whenItIsNotATokenBucket() throws Exception {
        // Given
        Map<String, Object> document = document(
                with("concurrency", "c1", "limit", 5L, "ttl", "10s"),
                with("concurrency", "c2", "limit", 9L, "ttl", "5s"),
                with("concurrency", "c3", "limit", 9L, "ttl", "20s"),
                with("sliding-window-log", "s1", "limit", 5L, "window", tree("per", "1m")),
                with("sliding-window-log", "s2", "limit", 6L, "window", tree("per", "1m")),
                with("sliding-window-log", "s3", "limit", 6L, "window", tree("per", "2m")),
                with("leaky-bucket", "l1", "rate", tree("tokens", 5L, "per", "1s"), "queue", 5L),
                with("leaky-bucket", "l2", "rate", tree("tokens", 6L, "per", "1s"), "queue", 5L),
                with("fixed-window", "f1", "limit", 5L, "window", tree("per", "1m")),
                with("fixed-window", "f2", "limit", 5L, "window", tree("per", "1m", "from", "first-hit")));

        // When / Then
        assertThat(warnings(document))
                .extracting(warning -> warning.substring(0, warning.indexOf(": never")))
                .containsExactly("limits[1]", "limits[4]", "limits[7]");
    }

    @Test
    void shouldWarn_whenARateIsInsane() throws Exception {
        // Given
        Map<String, Object> document = document(
                limit("fast", 1_000_001, "1s", 1_000),
                limit("slow", "account", 1, "25h", 1),
                with("sliding-window-counter", "rare", "limit", 1L, "window", tree("per", "48h")));

        // When / Then
        assertThat(warnings(document))
                .containsExactly(
                        "limits[0].rate: 1000001 per 1000 ms (more than 1000000 a second: no limit at all?)",
                        "limits[1].rate: 1 per 90000000 ms (less than one a day: a unit mixed up?)",
                        "limits[2].window: 1 per 172800000 ms (less than one a day: a unit mixed up?)");
    }

    @Test
    void shouldFail_whenTheDocumentDoesNotCompile() {
        // Given
        // When / Then
        assertThatThrownBy(() -> RulesetReview.of(Map.of("limits", 1L), 0)).isInstanceOf(InvalidRulesetException.class);
    }

    private static Map<String, Object> with(String algorithm, String id, Object... fields) {
        Map<String, Object> limit = tree("id", id, "scope", "client", "algorithm", algorithm);
        limit.putAll(tree(fields));
        return limit;
    }

    private static List<String> warnings(Map<String, Object> document) throws InvalidRulesetException {
        return RulesetReview.of(document, NOW_MILLIS).stream()
                .map(Object::toString)
                .toList();
    }
}
