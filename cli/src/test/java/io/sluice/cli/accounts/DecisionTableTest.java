package io.sluice.cli.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.codec.DocumentTree;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DecisionTableTest {
    private static List<?> records(String json) throws Exception {
        return (List<?>) ((Map<?, ?>) DocumentTree.ofJson(json)).get("records");
    }

    @Test
    void shouldBeOneLineEach_whenShownToAPerson() throws Exception {
        // Given
        List<?> records = records("""
                {"records":[
                 {"partition":1,"offset":9,"recordedAtMillis":2000,"record":{"v":1,"decisionId":"1-4","account":"acme",
                  "clientId":"acme/a","cost":2,"verdict":"deny","reasonCode":"limit-exceeded","limitId":"per-client",
                  "rulesetRevision":3,"limits":[{"id":"per-client","limit":20,"remaining":1},
                  {"id":"per-account","limit":50,"remaining":7}]}},
                 {"partition":1,"offset":7,"recordedAtMillis":1000,"record":{"v":1,"type":"lease-report",
                  "outcome":"returned","clientId":"acme/a","allowed":12,"denied":3,"charged":-4,"decisionId":"1-3"}},
                 {"partition":1,"offset":6,"recordedAtMillis":1000,"record":{"v":1,"decisionId":"1-2",
                  "clientId":"acme/a","cost":1,"verdict":"deny","reasonCode":"penalty","limits":[],
                  "penalty":{"id":"greedy","rung":1,"rungs":2,"action":"deny","untilMillis":61000,"mode":"shadow"}}},
                 {"partition":1,"offset":5,"recordedAtMillis":0,"unknown":"v: 2 (expected: 1)"}]}
                """);

        // When / Then
        assertThat(DecisionTable.text(records))
                .containsExactly(
                        "1970-01-01T00:00:02Z  1@9  decision  acme/a  deny limit-exceeded, cost 2, decision 1-4, revision 3"
                                + "  [*per-client 1/20; per-account 7/50]",
                        "1970-01-01T00:00:01Z  1@7  lease-report  acme/a  returned: 12 allowed, 3 denied, -4 charged,"
                                + " decision 1-3",
                        "1970-01-01T00:00:01Z  1@6  decision  acme/a  deny penalty, cost 1, decision 1-2"
                                + "  (penalty greedy, rung 1 of 2, until 1970-01-01T00:01:01Z, in shadow)",
                        "1970-01-01T00:00:00Z  1@5  unknown  v: 2 (expected: 1)");
        assertThat(DecisionTable.csv(records))
                .containsExactly(
                        "recordedAt,partition,offset,kind,decisionId,clientId,verdict,reasonCode,cost,allowed,denied,"
                                + "charged,limitId,limit,remaining,rulesetRevision,tier,requestId",
                        "1970-01-01T00:00:02Z,1,9,decision,1-4,acme/a,deny,limit-exceeded,2,,,,per-client,,,3,,",
                        "1970-01-01T00:00:01Z,1,7,lease-report,1-3,acme/a,,,,12,3,-4,,,,,,",
                        "1970-01-01T00:00:01Z,1,6,decision,1-2,acme/a,deny,penalty,1,,,,,,,,,",
                        "1970-01-01T00:00:00Z,1,5,unknown,,,,,,,,,,,,,,");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "=HYPERLINK(\"http://x\",\"y\") | \"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"",
                "+1 | \"'+1\"",
                "-2+3 | \"'-2+3\"",
                "@SUM(1) | \"'@SUM(1)\"",
                "` =1+1` | \"' =1+1\"",
                "＝1 | \"'＝1\"",
                "a,b | \"a,b\"",
                "a;b | \"a;b\"",
                "it's | \"it's\"",
                "plain/name | plain/name",
                "<b>x</b> | <b>x</b>"
            })
    void shouldBeNoFormula_whenANameBeginsLikeOne(String name, String cell) {
        assertThat(DecisionTable.cell(name)).isEqualTo(cell);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u001b[31mred", "a\rb", "a\nb", "\u0000", "\u009b5m", "\u202eevil", "\u2028", "\u200fx"})
    void shouldMoveNoCursor_whenNamesHaveControlCharacters(String name) throws Exception {
        // Given
        Map<String, Object> entry = Map.of("record", Map.of("clientId", name, "account", name));

        // When / Then
        assertThat(DecisionTable.text(List.of(entry)).get(0)).contains("\\u").doesNotContain(name);
        assertThat(DecisionTable.csv(List.of(entry)).get(1)).contains("\\u").doesNotContain(name);
    }

    @Test
    void shouldWriteNumbersAsTheyAre_whenTheyAreNegative() {
        assertThat(DecisionTable.cell(-4L)).isEqualTo("-4");
        assertThat(DecisionTable.cell(null)).isEmpty();
    }
}
