package io.sluice.cli.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.codec.DocumentTree;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How an explanation reads. */
final class ExplainTextTest {
    private static final String ANSWER = """
        {"clientId":"acme/alice","answer":{"verdict":"deny","reason":"too much","tier":"free","rulesetRevision":7},
         "limitsTotal":4,"truncated":true,"explained":[
         {"id":"writes","matched":true,"scope":"acme/alice","limit":5,"before":0,"after":0,"retryAfterMillis":1000,
          "enforced":true,"enforcement":"enforced for every account","overridden":true,"decides":true},
         {"id":"tried","matched":true,"scope":"","limit":2,"before":2,"after":2,
          "enforced":false,"enforcement":"in shadow","overridden":false,"decides":false},
         {"id":"reads","matched":false,"mismatch":"method: \\"POST\\" (expected: GET)"}]}\
        """;

    @Test
    void shouldBeATable_whenToldToAPerson() throws Exception {
        // Given
        Map<?, ?> answer = (Map<?, ?>) DocumentTree.ofJson(ANSWER);

        // When
        List<String> lines = ExplainText.lines(answer);

        // Then
        assertThat(lines)
                .containsExactly(
                        "deny: too much",
                        "client acme/alice, tier free, revision 7",
                        "  LIMIT   SCOPE       BEFORE  AFTER  OF  WHY",
                        "* writes  acme/alice  0       0      5   refuses, enough in 1000 ms; enforced for every"
                                + " account; overridden for this account",
                        "  tried   -           2       2      2   refuses, no wait helps; in shadow",
                        "  reads   -           -       -      -   method: \"POST\" (expected: GET)",
                        "(3 of 4 limits)");
    }

    @Test
    void shouldSayThatNoLimitIsAsked_whenAListAnswers() throws Exception {
        // Given
        Map<?, ?> answer = (Map<?, ?>) DocumentTree.ofJson("""
            {"clientId":"acme","answer":{"verdict":"deny","reason":"on list blocked","tier":"free",
             "rulesetRevision":7},"limitsTotal":1,"truncated":false,"explained":[{"id":"writes","matched":true,
             "scope":"acme","limit":5,"enforced":true,"enforcement":"enforced for every account",
             "overridden":false,"decides":false}]}\
            """);

        // When
        List<String> lines = ExplainText.lines(answer);

        // Then
        assertThat(lines)
                .last()
                .asString()
                .endsWith("not evaluated, since a list or a penalty decides; enforced for every account");
    }

    @Test
    void shouldSayWhyALimitIsNotAsked_whenAllAccountsShareIt() throws Exception {
        // Given
        Map<?, ?> answer = (Map<?, ?>) DocumentTree.ofJson("""
            {"clientId":"acme","answer":{"verdict":"allow","reason":"every limit that applies has enough tokens",
             "tier":"free","rulesetRevision":7},"limitsTotal":2,"truncated":false,"explained":[
             {"id":"writes","matched":true,"scope":"acme","limit":5,"before":5,"after":4,"retryAfterMillis":0,
              "enforced":true,"enforcement":"enforced for every account","overridden":false,"decides":true},
             {"id":"everybody","matched":true,"scope":"","limit":5,"enforced":true,
              "enforcement":"enforced for every account","overridden":false,"decides":false}]}\
            """);

        // When
        List<String> lines = ExplainText.lines(answer);

        // Then
        assertThat(lines)
                .last()
                .asString()
                .endsWith("not evaluated, since all accounts share it; enforced for every account");
    }
}
