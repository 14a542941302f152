package io.sluice.engine.ruleset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PathTemplateTest {

    private static boolean matches(String template, String path) {
        return PathTemplate.of(template).matches(RoutePath.of(path));
    }

    @ParameterizedTest
    @CsvSource({
        "/, /",
        "/v1/orders, /v1/orders",
        "/v1/orders/, /v1//orders?limit=3",
        "/v1/orders/{id}, /v1/orders/7",
        "/v1/*/items, /v1/7/items",
        "/{a}/{b}, /x/y",
        "/**, /",
        "/**, /v1/orders",
        "/v1/**, /v1",
        "/v1/**, /v1/orders",
        "/v1/**, /v1/orders/7/items",
        "/v1/{id}/**, /v1/7",
        "/v1/*, /v1/*",
    })
    void shouldMatch_whenThePathHasTheForm(String template, String path) {
        assertThat(matches(template, path)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "/, /v1",
        "/v1/orders, /v1",
        "/v1/orders, /v1/Orders",
        "/v1/orders/{id}, /v1/orders",
        "/v1/orders/{id}, /v1/orders/7/items",
        "/v1/*, /v1",
        "/v1/**, /v2/orders",
        "/v1/**, /",
        "/v1/**, /v10",
        "/v1/{id}/**, /v1",
        "/v1/**, /v1/../v2",
    })
    void shouldNotMatch_whenThePathHasAnotherForm(String template, String path) {
        assertThat(matches(template, path)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/{}", "/v1/a{id}", "/v1/{id}b", "/v1/{id", "/v1/id}", "/v1/a*", "/v1/*a", "/***"})
    void shouldRefuseTheTemplate_whenAWildcardIsNotAWholeSegment(String template) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PathTemplate.of(template))
                .withMessage("\"%s\" (expected: {name}, * or ** as a whole segment)", template);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/**/v1", "/v1/**/items", "/**/**"})
    void shouldRefuseTheTemplate_whenTheRestIsNotLast(String template) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PathTemplate.of(template))
                .withMessage("\"%s\" (expected: ** only as the last segment)", template);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v1", "**", "?/v1"})
    void shouldRefuseTheTemplate_whenItDoesNotBeginWithASlash(String template) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PathTemplate.of(template))
                .withMessage("\"%s\" (expected: a path that begins with /)", template);
    }

    @Test
    void shouldRefuseTheTemplate_whenItHasTooManySegments() {
        assertThat(matches("/a".repeat(64), "/a".repeat(64))).isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PathTemplate.of("/a".repeat(65)))
                .withMessage("65 segments (expected: at most 64)");
    }
}
