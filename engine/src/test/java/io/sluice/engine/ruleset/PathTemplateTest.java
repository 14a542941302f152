package io.sluice.engine.ruleset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PathTemplateTest {

    private static boolean matches(String template, String path) {
        return PathTemplate.of(template, PathRules.STANDARD).matches(RoutePath.of(path));
    }

    @ParameterizedTest
    @CsvSource({
        "/, /",
        "/v1/orders, /v1/orders",
        "/v1/orders/, /v1//orders?limit=3",
        "/login, /%6Cogin",
        "/v1/caf\u00e9, /v1/caf%C3%A9",
        "/v1/orders/{id}, /v1/orders//../7",
        "/v1/{id}, /v1/orders//../7",
        "/v1/orders/{id}, /v1/orders%2F7",
        "/v1/*, /v1/orders%2F7",
        "/admin/**, /v1/..;a/admin/x",
        "/v1/orders, '/v1\\orders'",
        "/v1/orders, '/v1/orders;jsessionid=7'",
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
                .isThrownBy(() -> PathTemplate.of(template, PathRules.STANDARD))
                .withMessage("\"%s\" (expected: {name}, * or ** as a whole segment)", template);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/**/v1", "/v1/**/items", "/**/**"})
    void shouldRefuseTheTemplate_whenTheRestIsNotLast(String template) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PathTemplate.of(template, PathRules.STANDARD))
                .withMessage("\"%s\" (expected: ** only as the last segment)", template);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v1", "**", "?/v1"})
    void shouldRefuseTheTemplate_whenItDoesNotBeginWithASlash(String template) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PathTemplate.of(template, PathRules.STANDARD))
                .withMessage("\"%s\" (expected: a path that begins with /)", template);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/x?y=1, a path alone; queries and fragments are not matched",
        "/v1/x#top, a path alone; queries and fragments are not matched",
        "/v1/:id, {id} for any one segment",
        "'/v1\\x', / between segments",
    })
    void shouldSayWhatToWrite_whenNoRequestCouldMatch(String template, String expected) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PathTemplate.of(template, PathRules.STANDARD))
                .withMessage("\"%s\" (expected: %s)", template, expected);
    }

    @ParameterizedTest
    @CsvSource({
        "true, false, /Login, /lOGIN, true",
        "true, false, /a%2Fb/*, /A%2fB/x, true",
        "true, false, /login, /v1\\..\\LOGIN, true",
        "false, true, /v1/orders, /v1//orders, false",
        "false, true, /v1/orders, /v1/orders/, false",
        "false, true, /v1/orders/, /v1/orders/, true",
        "false, true, /v1/orders, /v1/./orders, true",
        "false, true, /, '', true",
    })
    void shouldReadAsTheRulesetWants_whenItSays(
            boolean foldsCase, boolean keepsSlashes, String template, String path, boolean matches) {
        // Given
        PathRules rules = new PathRules(foldsCase, keepsSlashes);

        // When / Then
        assertThat(PathTemplate.of(template, rules).matches(rules.applied(RoutePath.of(path))))
                .isEqualTo(matches);
    }

    @Test
    void shouldRefuseTheTemplate_whenItHasTooManySegments() {
        assertThat(matches("/a".repeat(64), "/a".repeat(64))).isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PathTemplate.of("/a".repeat(65), PathRules.STANDARD))
                .withMessage("65 segments (expected: at most 64)");
    }
}
