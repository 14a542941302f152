package io.sluice.api.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.api.auth.Authentication.Authenticated;
import io.sluice.api.auth.Authentication.Refused;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in, and under which name. */
final class AccessTest {
    private static final AccessKey KEY = new AccessKey("ed", Set.of(Role.EDITOR), AccessKey.hashOf("secret"));

    @Test
    void shouldKnowTheCaller_whenTheTokenIsRight() {
        // Given
        Access access = Access.of(List.of(KEY));
        Authenticated ed = new Authenticated(new Caller("ed", Set.of(Role.EDITOR), AllowedAccounts.NONE));

        // When / Then
        assertThat(access.authenticate("Bearer secret")).isEqualTo(ed);
        assertThat(access.authenticate("bearer  secret ")).isEqualTo(ed);
        assertThat(access.authenticate("Bearer Secret")).isEqualTo(new Refused(AuthFailure.UNKNOWN_KEY));
        assertThat(access.authenticate("Bearer a.b.c")).isEqualTo(new Refused(AuthFailure.UNKNOWN_KEY));
        assertThat(access.authenticate("Bearer " + KEY.sha256())).isEqualTo(new Refused(AuthFailure.UNKNOWN_KEY));
        assertThat(access.authenticate(null)).isEqualTo(new Refused(AuthFailure.NO_TOKEN));
        assertThat(access.authenticate("Bearer  ")).isEqualTo(new Refused(AuthFailure.NO_TOKEN));
        assertThat(access.authenticate("Basic secret")).isEqualTo(new Refused(AuthFailure.NO_TOKEN));
        assertThat(access.isShut()).isFalse();
    }

    @Test
    void shouldLetNobodyIn_whenThereIsNothing() {
        // Given
        Access access = Access.of(List.of());

        // When / Then
        assertThat(access.authenticate("Bearer secret")).isEqualTo(new Refused(AuthFailure.UNKNOWN_KEY));
        assertThat(access.isShut()).isTrue();
        assertThat(Access.open("dev").isShut()).isFalse();
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
        AccessKey sameSecret = new AccessKey("ann", Set.of(), AllowedAccounts.ALL, hash);

        // When / Then
        assertThatThrownBy(() -> new AccessKey("", Set.of(Role.VIEWER), hash))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AccessKey("a", Set.of(), hash)).hasMessageContaining("no roles and no accounts");
        assertThatThrownBy(() -> new AccessKey("a", Set.of(Role.VIEWER), "sluice_secret"))
                .hasMessageContaining("64 lower-case")
                .hasMessageNotContaining("sluice_secret");
        assertThatThrownBy(() -> Access.of(List.of(KEY, KEY))).hasMessageContaining("there twice");
        assertThatThrownBy(() -> Access.of(List.of(KEY, sameSecret)))
                .hasMessage("keys ed and ann have the same sha256 (expected: a secret for each)");
        assertThatThrownBy(() -> Role.of("root"))
                .hasMessage("role root (expected: viewer, editor, approver, operator, redeemer, reporter)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "acme | acme | true",
                "acme | acme2 | false",
                "acme | Acme | false",
                "team-* | team-a | true",
                "team-* | team- | true",
                "team-* | team | false",
                "team-* | my-team-a | false",
                "* | anybody | true",
                "été x | été x | true"
            })
    void shouldCover_whenAPatternFits(String pattern, String account, boolean covered) {
        // Given
        // When / Then
        assertThat(AllowedAccounts.of(List.of("other", pattern)).covers(account))
                .isEqualTo(covered);
        assertThat(AllowedAccounts.NONE.covers(account)).isFalse();
        assertThat(AllowedAccounts.ALL.covers(account)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", " *", "a/b", "a*b", "**", "a\n", "\u0000*"})
    void shouldRefuseAPattern_whenItCannotBeMeant(String pattern) {
        // Given
        // When / Then
        assertThatThrownBy(() -> AllowedAccounts.of(List.of(pattern)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(expected: an account, its beginning and *, or * for all)");
    }

    @Test
    void shouldHoldPatternsToTheirBound_whenThereAreMany() {
        // Given
        List<String> most = IntStream.range(0, AllowedAccounts.PATTERNS_MAX)
                .mapToObj(i -> "a" + i)
                .toList();
        List<String> tooMany = new ArrayList<>(most);
        tooMany.add("b");

        // When / Then
        assertThat(AllowedAccounts.of(most).patterns()).hasSize(100);
        assertThatThrownBy(() -> AllowedAccounts.of(tooMany))
                .hasMessage("101 account patterns (expected: at most 100)");
    }

    @Test
    void shouldBeShort_whenANameIsLong() {
        // Given
        Caller named = new Caller("a".repeat(64), Set.of(), AllowedAccounts.NONE);
        Caller long1 = new Caller("a".repeat(65), Set.of(), AllowedAccounts.NONE);
        Caller long2 = new Caller("a".repeat(66), Set.of(), AllowedAccounts.NONE);

        // When / Then
        assertThat(named.id()).isEqualTo(named.name());
        assertThat(long1.id()).hasSize(64).isNotEqualTo(long2.id());
        assertThatThrownBy(() -> new Caller("a".repeat(129), Set.of(), AllowedAccounts.NONE))
                .hasMessageContaining("129 characters");
        assertThatThrownBy(() -> new Caller("a\nb", Set.of(), AllowedAccounts.NONE))
                .hasMessageContaining("no control");
    }
}
