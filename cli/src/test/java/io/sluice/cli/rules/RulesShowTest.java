package io.sluice.cli.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.CommandFailure;
import io.sluice.schemas.codec.DocumentTree;
import org.junit.jupiter.api.Test;

final class RulesShowTest {
    private static final String DOCUMENT = "{\"limits\":[{\"id\":\"a\",\"scope\":\"client\"},{\"id\":\"b\"}],"
            + "\"accounts\":{\"acme\":{\"tier\":\"pro\",\"limits\":{\"a\":{\"burst\":9},\"b\":{}}},"
            + "\"x\":{\"tier\":\"pro\"}}}";

    @Test
    void shouldShowOneLimitAndItsOverrides_whenNamed() throws Exception {
        assertThat(DocumentTree.toJson(RulesShow.of("a", DocumentTree.ofJson(DOCUMENT))))
                .isEqualTo("{\"limits\":[{\"id\":\"a\",\"scope\":\"client\"}],"
                        + "\"accounts\":{\"acme\":{\"limits\":{\"a\":{\"burst\":9}}}}}");
    }

    @Test
    void shouldNameTheLimits_whenThereIsNoSuchLimit() throws Exception {
        Object document = DocumentTree.ofJson(DOCUMENT);
        assertThatThrownBy(() -> RulesShow.of("c", document))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("limit c (expected: one of a, b)");
    }
}
