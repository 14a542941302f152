package io.sluice.replay.suggest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.codec.DocumentTree;
import org.junit.jupiter.api.Test;

final class ScaledLimitTest {
    private static final String RULES = """
            {"limits":[
             {"id":"a","rate":{"tokens":5,"per":"1m"},"burst":7,"tiers":{"pro":{"algorithm":"fixed-window","limit":100,
              "window":{"per":"1h"}}}},
             {"id":"b","rate":{"tokens":5,"per":"1m"}}]}
            """;

    @Test
    void shouldScaleTheTokensOfOneLimit_whenAFactorIsGiven() throws Exception {
        // Given
        ScaledLimit limit = new ScaledLimit(DocumentTree.ofJson(RULES), "a");

        // When, Then: rounded up, and never nothing
        assertThat(DocumentTree.toJson(limit.document(new Factor(500))))
                .contains("\"rate\":{\"tokens\":3,\"per\":\"1m\"}", "\"burst\":4", "\"limit\":50", "\"per\":\"1h\"")
                .contains("{\"id\":\"b\",\"rate\":{\"tokens\":5,\"per\":\"1m\"}}");
        assertThat(limit.numbers(Factor.ONE)).isEqualTo("rate.tokens 5, burst 7, pro: limit 100");
        assertThat(limit.numbers(new Factor(1))).isEqualTo("rate.tokens 1, burst 1, pro: limit 1");
    }

    @Test
    void shouldNameTheLimitsThatThereAre_whenItIsNone() {
        // When, Then
        assertThatThrownBy(() -> new ScaledLimit(DocumentTree.ofJson(RULES), "c"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("limit: c (expected: one of a, b)");
    }
}
