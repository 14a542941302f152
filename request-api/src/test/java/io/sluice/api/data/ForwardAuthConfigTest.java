package io.sluice.api.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.api.gateways.TrustedProxies;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator may configure, and what not. */
final class ForwardAuthConfigTest {

    @Test
    void shouldTrustNobody_whenNothingIsConfigured() {
        assertThat(ForwardAuthConfig.standard().proxies()).isEqualTo(TrustedProxies.NONE);
        assertThat(ForwardAuthConfig.standard().fields()).isEqualTo(ForwardAuthConfig.Fields.NONE);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 60_001})
    void shouldRefuse_whenTheDeadlineIsOutOfBounds(long deadlineMillis) {
        assertThatThrownBy(
                        () -> new ForwardAuthConfig(TrustedProxies.NONE, deadlineMillis, ForwardAuthConfig.Fields.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("deadlineMillis: " + deadlineMillis + " (expected: 1..60000)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "X Client", "X-Client:", "é", "X-Client\r\n", "(x)"})
    void shouldRefuse_whenItIsNoFieldName(String name) {
        assertThatThrownBy(() -> new ForwardAuthConfig.Fields(name, null, null, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("client field: \"" + name + "\" (expected: the name of a field");
        assertThatThrownBy(() -> new ForwardAuthConfig.Fields(null, null, null, Map.of("agent", name)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("field of attribute agent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization", "X-FORWARDED-FOR", "x-forwarded-uri", "Host", "X-Original-URL"})
    void shouldRefuse_whenTheFieldMeansSomethingElse(String name) {
        assertThatThrownBy(() -> new ForwardAuthConfig.Fields(null, name, null, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cost field: " + name);
        assertThatThrownBy(() -> new ForwardAuthConfig.Fields(null, null, name, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("priority field: " + name);
    }

    @Test
    void shouldRefuse_whenAnAttributeIsTheAddressOrTooMany() {
        Map<String, String> many = new HashMap<>();
        for (int i = 0; i < 32; i++) {
            many.put("a" + i, "X-A");
        }

        assertThatThrownBy(() -> new ForwardAuthConfig.Fields(null, null, null, Map.of("ip", "X-Real-IP")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("attribute \"ip\"");
        assertThatThrownBy(() -> new ForwardAuthConfig.Fields(null, null, null, many))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("32 attributes (expected: at most 31)");
    }
}
