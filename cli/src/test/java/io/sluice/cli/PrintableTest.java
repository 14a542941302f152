package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.codec.DocumentTree;
import org.junit.jupiter.api.Test;

final class PrintableTest {
    @Test
    void shouldShowWhatMovesTheCursor_asItsNumber() {
        assertThat(Printable.line("a\u001b[2Jb\r\n\tc")).isEqualTo("a\\u001b[2Jb\\u000d\\u000a\\u0009c");
        assertThat(Printable.line("\u202eabc\u2028\u007f")).isEqualTo("\\u202eabc\\u2028\\u007f");
        assertThat(Printable.line("\udb40\udc41")).isEqualTo("\\udb40\\udc41");
        assertThat(Printable.line("Zoë 東京 😀")).isEqualTo("Zoë 東京 😀");
        assertThat(Printable.lines("a\n\tb\u0007")).isEqualTo("a\n\tb\\u0007");
    }

    @Test
    void shouldStayTheSameDocument_whenItIsJson() throws Exception {
        // Given
        String json = "{\"name\":\"a\u009b31mb\u202ec\"}";

        // When / Then
        assertThat(DocumentTree.ofJson(Printable.lines(json))).isEqualTo(DocumentTree.ofJson(json));
    }
}
