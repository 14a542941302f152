package io.sluice.streams.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.ruleset.RoutePath;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.control.RulesetActivation;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CompiledRulesetsTest {
    private static final int LIMITS = 200;

    private final CompiledRulesets rulesets = new CompiledRulesets();

    /** Limits that differ but for the first in nothing. */
    private static String payload(long revision, int burstOfTheFirst) {
        StringBuilder document = new StringBuilder("{\"limits\":[");
        for (int i = 0; i < LIMITS; i++) {
            document.append(i == 0 ? "" : ",")
                    .append("{\"id\":\"l")
                    .append(i)
                    .append("\",\"scope\":\"account\",\"match\":{\"path\":\"/p/")
                    .append(i)
                    .append("/**\"},\"rate\":{\"tokens\":1,\"per\":\"1s\"},\"burst\":")
                    .append(i == 0 ? burstOfTheFirst : 5)
                    .append("}");
        }
        return ActivationCodec.encode(
                new RulesetActivation(revision, document.append("]}").toString(), "a", "r"));
    }

    private static Admission at(String path) {
        return new Admission("acme/a", "acme", 1, "GET", RoutePath.of(path), "", Map.of());
    }

    @Test
    void shouldBeOneObject_whenALimitIsTheSameInTwoRevisions() throws Exception {
        // Given
        Ruleset first = rulesets.ruleset(payload(1, 5));
        assertThat(first.limitsFor(at("/p/7/x"))).extracting(Limit::id).containsExactly("l7");

        // When
        Ruleset second = rulesets.ruleset(payload(2, 6));

        // Then
        assertThat(rulesets.ruleset(payload(1, 5))).isSameAs(first);
        assertThat(second.limits().get(0)).isNotEqualTo(first.limits().get(0));
        for (int i = 1; i < LIMITS; i++) {
            assertThat(second.limits().get(i)).isSameAs(first.limits().get(i));
        }
        // The older one rests, and answers as before.
        for (Ruleset ruleset : new Ruleset[] {first, second}) {
            assertThat(ruleset.limitsFor(at("/p/7/x"))).extracting(Limit::id).containsExactly("l7");
            assertThat(ruleset.limitsFor(at("/p/x"))).isEmpty();
            assertThat(ruleset.limit("l7", "acme")).isSameAs(first.limits().get(7));
        }
    }
}
