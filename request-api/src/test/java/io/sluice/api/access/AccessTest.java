package io.sluice.api.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who is let in, and under which name. */
final class AccessTest {
    private static final AccessKey KEY = new AccessKey("ed", Set.of(Role.EDITOR), AccessKey.hashOf("secret"));

    @Test
    void shouldKnowTheCaller_whenTheTokenIsRight() {
        // Given
        Access access = Access.of(List.of(KEY));

        // When / Then
        assertThat(access.callerOf("Bearer secret")).isEqualTo(new Caller("ed", Set.of(Role.EDITOR)));
        assertThat(access.callerOf("bearer  secret ")).isNotNull();
        assertThat(access.callerOf("Bearer Secret")).isNull();
        assertThat(access.callerOf("Bearer " + KEY.sha256())).isNull();
        assertThat(access.callerOf(null)).isNull();
        assertThat(Access.of(List.of()).callerOf("Bearer secret")).isNull();
    }

    @Test
    void shouldMakeADifferentSecret_whenAsked() {
        // Given
        SecureRandom random = new SecureRandom();

        // When / Then
        assertThat(AccessKey.newSecret(random))
                .matches("sluice_[A-Za-z0-9_-]{43}")
                .isNotEqualTo(AccessKey.newSecret(random));
    }

    @Test
    void shouldRefuseAKey_whenItCannotBeRight() {
        // Given
        String hash = AccessKey.hashOf("secret");

        // When / Then
        assertThatThrownBy(() -> new AccessKey("", Set.of(Role.VIEWER), hash))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AccessKey("a", Set.of(), hash)).hasMessageContaining("no roles");
        assertThatThrownBy(() -> new AccessKey("a", Set.of(Role.VIEWER), "sluice_secret"))
                .hasMessageContaining("64 lower-case")
                .hasMessageNotContaining("sluice_secret");
        assertThatThrownBy(() -> Access.of(List.of(KEY, KEY))).hasMessageContaining("there twice");
        assertThatThrownBy(() -> Role.of("root"))
                .hasMessage("role root (expected: viewer, editor, approver, operator)");
    }
}
