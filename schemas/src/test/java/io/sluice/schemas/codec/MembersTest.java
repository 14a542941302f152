package io.sluice.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.WireException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MembersTest {
    private static final Members.Shape PART = Members.Shape.of(Json::text, "name");
    private static final Members.Shape SHAPE = Members.Shape.of(Json::text, "text")
            .and(Json::integer, "number", "v")
            .and(Json::flag, "flag")
            .and(PART::readList, "parts");

    @Test
    void shouldReadWhatItKnows_whenMembersAreUnknown() throws Exception {
        // Given
        String text = "{\"later\":{\"a\":[1]},\"parts\":[{\"name\":\"a\",\"b\":2},{}],\"flag\":true,\"number\":7}";

        // When
        Members members = SHAPE.read(text);

        // Then
        assertThat(members.integer("number")).isEqualTo(7);
        assertThat(members.flag("flag")).isTrue();
        assertThat(members.list(Members.class, "parts"))
                .extracting(part -> part.text("name"))
                .containsExactly("a", "");
        assertThat(members.text("text")).isEmpty();
        assertThat(members.optionalText("text")).isNull();
        assertThat(members.optionalInteger("v")).isNull();
    }

    @Test
    void shouldNameTheFirstMistake_whenTypesAreWrong() {
        assertThatThrownBy(() -> SHAPE.read("{\"flag\":1,\"text\":2}")).hasMessage("flag: 1 (expected: true or false)");
        assertThatThrownBy(() -> SHAPE.read("{\"text\":null}")).hasMessage("text: null (expected: a string)");
        assertThatThrownBy(() -> SHAPE.read("{\"parts\":{}}")).hasMessage("parts: not a list (expected: a list)");
        assertThatThrownBy(() -> SHAPE.read("{\"parts\":[3]}")).hasMessage("parts: 3 (expected: an object)");
        assertThatThrownBy(() -> SHAPE.read("[]")).hasMessage("a list (expected: an object)");
    }

    @Test
    void shouldRefuse_whenReadStrictly() throws Exception {
        // Given
        Members members = SHAPE.readStrictly("{\"text\":\"a\",\"Number\":7}");

        // When / Then
        assertThatThrownBy(() -> members.expectOnly(List.of("text"), List.of("number")))
                .isInstanceOf(WireException.class)
                .hasMessage("Number: unknown member (expected: number)");
        assertThatThrownBy(() -> SHAPE.readStrictly("{\"text\":\"a\",\"text\":\"a\"}"))
                .hasMessage("text: given twice (expected: once)");
        assertThatThrownBy(() -> SHAPE.readStrictly("{} {}")).hasMessage("more than one JSON object (expected: one)");
    }

    @Test
    void shouldTellTheBounds_whenANumberIsMissingOrOutside() throws Exception {
        // Given
        Members members = SHAPE.read("{\"number\":7}");

        // When / Then
        assertThat(members.between("number", 1, 7)).isEqualTo(7);
        assertThatThrownBy(() -> members.between("number", 1, 6)).hasMessage("number: 7 (expected: 1..6)");
        assertThatThrownBy(() -> members.between("v", 0, Long.MAX_VALUE)).hasMessage("v: -1 (expected: at least 0)");
        assertThatThrownBy(members::ofThisVersion).hasMessage("v: 0 (expected: 1)");
    }
}
