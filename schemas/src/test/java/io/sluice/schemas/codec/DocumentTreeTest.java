package io.sluice.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.sluice.schemas.WireException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DocumentTreeTest {
    @Test
    void shouldGiveTheSameTree_whenYamlOrJson() throws Exception {
        // Given
        String json = "{\"a\":[1,\"x\",true,null],\"b\":{\"c\":99999999999999999999}}";
        String yaml = "a: [1, x, true, null]\nb:\n  c: 99999999999999999999\n";

        // When
        Object fromJson = DocumentTree.ofJson(json);
        Object fromYaml;
        try (JsonParser parser = new YAMLFactory().createParser(yaml)) {
            fromYaml = DocumentTree.read(parser);
        }

        // Then
        assertThat(fromJson)
                .isEqualTo(Map.of(
                        "a",
                        Arrays.asList(1L, "x", true, null),
                        "b",
                        Map.of("c", new BigInteger("99999999999999999999"))));
        assertThat(fromYaml).isEqualTo(fromJson);
        assertThat(DocumentTree.toJson(fromYaml)).isEqualTo(json);
    }

    @Test
    void shouldNameThePlace_whenAFieldIsGivenTwiceOrTooDeep() {
        // Given
        String deep = "{\"a\":" + "[".repeat(20) + "]".repeat(20) + "}";

        // When / Then
        assertThatThrownBy(() -> DocumentTree.ofJson("{\"a\":{\"b\":1,\"b\":2}}"))
                .isInstanceOf(WireException.class)
                .hasMessage("a.b: given twice (expected: once)");
        assertThatThrownBy(() -> DocumentTree.ofJson(deep)).hasMessageContaining("nested too deeply");
        assertThatThrownBy(() -> DocumentTree.ofJson("{\"a\":{\"b\":1e99999999999}}"))
                .hasMessage("a.b: a number of too large an exponent (expected: one of 32 bits)");
        assertThatThrownBy(() -> DocumentTree.ofJson("{} {}")).hasMessageContaining("more than one document");
    }

    @Test
    void shouldReadNothing_whenEmpty() throws Exception {
        // Given
        // When
        Object tree = DocumentTree.ofJson("");

        // Then
        assertThat(tree).isNull();
        assertThat(DocumentTree.toJson(List.of())).isEqualTo("[]");
    }
}
