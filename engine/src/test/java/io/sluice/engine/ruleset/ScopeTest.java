package io.sluice.engine.ruleset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.engine.ruleset.Scope.Dimension;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ScopeTest {

    private static Scope scope(String... dimensions) {
        return new Scope(Arrays.stream(dimensions).map(Dimension::of).toList());
    }

    private static Admission from(String clientId, Map<String, String> attributes) {
        return RulesetFixture.admission(clientId, 1, "GET", "/", attributes);
    }

    @Test
    void shouldNameTheBucket_whenOfOneDimension() {
        // Given
        Admission admission = from("acme/a", Map.of("region", "eu"));

        // Then
        assertThat(scope("client").valueIn(admission)).isEqualTo("acme/a");
        assertThat(scope("account").valueIn(admission)).isEmpty();
        assertThat(scope("attribute:region").valueIn(admission)).isEqualTo("eu");
    }

    @Test
    void shouldShareOneBucket_whenTheAttributeIsLeftOut() {
        // Given
        Scope byRegion = scope("attribute:region");

        // Then
        assertThat(byRegion.valueIn(from("acme/a", Map.of()))).isEqualTo(byRegion.valueIn(from("acme/b", Map.of())));
    }

    @Test
    void shouldKeepBucketsApart_whenJoinedValuesReadTheSame() {
        // Given
        Scope scope = scope("attribute:a", "attribute:b");
        List<Map<String, String>> attributes = List.of(
                Map.of(),
                Map.of("a", "x"),
                Map.of("b", "x"),
                Map.of("a", "x", "b", "x"),
                Map.of("a", "xx"),
                Map.of("b", "xx"),
                Map.of("a", ", "),
                Map.of("a", ",", "b", " "));

        // When
        Set<String> values = new HashSet<>();
        attributes.forEach(each -> values.add(scope.valueIn(from("acme", each))));

        // Then
        assertThat(values).hasSameSizeAs(attributes);
    }

    @Test
    void shouldBelongToItsClientOnly_whenTheClientIsADimension() {
        // Given
        Scope joined = scope("attribute:region", "client");
        String value = joined.valueIn(from("acme/a", Map.of("region", "eu")));

        // Then
        assertThat(joined.mayBelongTo("acme/a", value)).isTrue();
        assertThat(joined.mayBelongTo("acme/b", value)).isFalse();
        assertThat(joined.mayBelongTo("eu", value)).isFalse();
        assertThat(scope("client").mayBelongTo("acme/a", "acme/a")).isTrue();
        assertThat(scope("client").mayBelongTo("acme", "acme/a")).isFalse();
    }

    @Test
    void shouldBelongToEveryClientOfTheAccount_whenTheClientIsNotADimension() {
        // Given
        Scope scope = scope("account", "attribute:region");
        String value = scope.valueIn(from("acme/a", Map.of("region", "eu")));

        // Then
        assertThat(scope.mayBelongTo("acme/b", value)).isTrue();
        assertThat(scope("attribute:region").mayBelongTo("acme/b", "eu")).isTrue();
    }

    @Test
    void shouldNeedAttributes_whenOneOfTheDimensionsIsOne() {
        assertThat(scope("client").needsAttributes()).isFalse();
        assertThat(scope("account", "client").needsAttributes()).isFalse();
        assertThat(scope("client", "attribute:region").needsAttributes()).isTrue();
    }

    @Test
    void shouldReadWell_whenShownToAPerson() {
        // Given
        Admission admission = from("acme/a", Map.of("region", "eu"));

        // Then
        assertThat(Scope.display(scope("client").valueIn(admission))).isEqualTo("acme/a");
        assertThat(Scope.display(scope("client", "attribute:region").valueIn(admission)))
                .isEqualTo("acme/a, eu");
        assertThat(Scope.display("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "user", "Client", "attribute:", "attribute", "client "})
    void shouldRefuseTheDimension_whenUnknown(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Dimension.of(text))
                .withMessage("\"%s\" (expected: client, client:N, account, attribute:NAME or global)", text);
    }

    @Test
    void shouldRefuseTheScope_whenItHasNoDimension() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Scope(List.of()))
                .withMessage("[] (expected: client, client:N, account, attribute:NAME or global)");
    }
}
