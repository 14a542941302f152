package io.sluice.engine.ruleset;

import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The index against its definition: every limit of the tier whose matcher applies, in the order of the document. */
final class LimitIndexTest {
    private static final int RULESETS = 400;
    private static final int ADMISSIONS = 200;
    private static final List<String> METHODS = List.of("GET", "POST", "PUT");
    private static final List<String> HOSTS = List.of("a.example.com", "b.example.com", "example.org");
    private static final List<String> SEGMENTS = List.of("v1", "orders", "items", "7");
    private static final List<String> PLANS = List.of("gold", "silver", "lead");

    @Test
    void shouldFindWhatALookAtEveryLimitFinds_whenRulesetsAreRandom() {
        long found = 0;
        for (long seed = 0; seed < RULESETS; seed++) {
            // Given
            SplittableRandom random = new SplittableRandom(seed);
            Ruleset ruleset = ruleset(random);
            for (int i = 0; i < ADMISSIONS; i++) {
                Admission admission = admission(random);

                // When
                List<Limit> limits = ruleset.limitsFor(admission);

                // Then
                assertThat(limits)
                        .as("seed %d %s", seed, admission)
                        .isEqualTo(ruleset.limits().stream()
                                .filter(limit -> limit.match().appliesTo(admission))
                                .toList());
                found += limits.size();
            }
        }
        assertThat(found).as("limits that matched").isGreaterThan(100_000);
    }

    private static Ruleset ruleset(SplittableRandom random) {
        List<Map<String, Object>> limits = new ArrayList<>();
        int count = random.nextInt(1, 60);
        for (int i = 0; i < count; i++) {
            Map<String, Object> limit = RulesetFixture.limit("l" + i, 1, "1s", 1);
            limit.put("match", match(random));
            limits.add(limit);
        }
        return RulesetFixture.compiled(1, RulesetFixture.document(limits));
    }

    private static Map<String, Object> match(SplittableRandom random) {
        Map<String, Object> match = tree();
        if (random.nextInt(3) == 0) {
            match.put("methods", some(METHODS, random));
        }
        if (random.nextInt(4) == 0) {
            match.put("host", random.nextBoolean() ? one(HOSTS, random) : "*.example.com");
        }
        if (random.nextInt(2) == 0) {
            match.put("path", template(random));
        }
        if (random.nextInt(3) == 0) {
            match.put(
                    "attributes",
                    switch (random.nextInt(4)) {
                        case 0 -> tree("plan", some(PLANS, random));
                        case 1 -> tree("plan", some(PLANS, random), "agent", tree("prefix", "bot"));
                        case 2 -> tree("plan", tree("except", some(PLANS, random)));
                        default ->
                            tree(
                                    "plan",
                                    some(PLANS, random),
                                    "agent",
                                    tree("prefix", "b", "except", List.of("bot/1", tree("prefix", "bad"))));
                    });
        }
        return match;
    }

    private static String template(SplittableRandom random) {
        StringBuilder path = new StringBuilder();
        int depth = random.nextInt(0, 4);
        for (int i = 0; i < depth; i++) {
            path.append('/').append(random.nextInt(3) == 0 ? "{any}" : one(SEGMENTS, random));
        }
        return path.append(random.nextInt(3) == 0 ? "/**" : depth == 0 ? "/" : "")
                .toString();
    }

    private static Admission admission(SplittableRandom random) {
        StringBuilder path = new StringBuilder();
        int depth = random.nextInt(0, 5);
        for (int i = 0; i < depth; i++) {
            path.append('/').append(one(SEGMENTS, random));
        }
        Map<String, String> attributes = random.nextBoolean()
                ? Map.of("plan", one(PLANS, random), "agent", random.nextBoolean() ? "bot/1" : "human")
                : Map.of();
        return new Admission(
                "acme/a",
                "acme",
                1,
                one(METHODS, random),
                RoutePath.of(path.toString()),
                one(HOSTS, random),
                attributes);
    }

    private static String one(List<String> values, SplittableRandom random) {
        return values.get(random.nextInt(values.size()));
    }

    private static List<String> some(List<String> values, SplittableRandom random) {
        List<String> some = new ArrayList<>(values);
        some.removeIf(value -> random.nextBoolean());
        return some.isEmpty() ? List.of(one(values, random)) : some;
    }
}
