package io.sluice.cli.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.api.auth.AccessKey;
import io.sluice.api.auth.AllowedAccounts;
import io.sluice.api.auth.Role;
import io.sluice.cli.CommandFailure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys file: what it may look like, and what is never said about it. */
final class KeysFileTest {
    private static final String HASH = "0".repeat(64);

    @TempDir
    private Path directory;

    @Test
    void shouldBeRead_whenItIsAsTheCommandPrintsIt() throws Exception {
        // Given
        Path file = write("keys:\n  - {name: \"alice\", roles: [editor, approver], sha256: \"" + HASH + "\"}\n");

        // When / Then
        assertThatCode(() -> KeysFile.read(file)).doesNotThrowAnyException();
    }

    @Test
    void shouldBeRefused_whenNotUtf8() throws Exception {
        // Given
        Path file = directory.resolve("keys.yaml");
        Files.write(file, "keys:\n  - {name: \u00FF}".getBytes(StandardCharsets.ISO_8859_1));

        // When / Then
        assertThatThrownBy(() -> KeysFile.read(file))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("keys file " + file + ": byte 0xFF at index 17 (expected: UTF-8, see RFC 3629)");
    }

    @Test
    void shouldBeReadAgain_whenALineIsForEitherPort() throws Exception {
        // Given
        String hash = AccessKey.hashOf("secret");
        List<AccessKey> keys = List.of(
                new AccessKey("admin", Set.of(Role.VIEWER, Role.OPERATOR), hash),
                new AccessKey("data", Set.of(), AllowedAccounts.of(List.of("*", "acme", "a \"b\"", "team-*")), HASH),
                new AccessKey("both", Set.of(Role.EDITOR), AllowedAccounts.ALL, "1".repeat(64)));
        StringBuilder text = new StringBuilder("keys:\n");

        // When
        keys.forEach(key -> text.append(KeysFile.line(key)).append('\n'));

        // Then
        assertThat(text)
                .contains("{name: \"admin\", roles: [viewer, operator], sha256: \"" + hash + "\"}")
                .contains("{name: \"both\", roles: [editor], accounts: [\"*\"], sha256: ");
        assertThat(KeysFile.keys("keys file", KeysFile.tree("keys file", text.toString())))
                .isEqualTo(keys);
        assertThatCode(() -> KeysFile.read(write(text.toString()))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "keys: {}",
                "[]",
                "keys: [1]",
                "keys: [{name: a, roles: [viewer]}]",
                "keys: [{name: a, roles: viewer, sha256: sluice_topsecret}]",
                "keys: [{name: a, roles: [viewer], sha256: sluice_topsecret}]",
                "keys: [{name: a, roles: [], sha256: sluice_topsecret}]",
                "keys: [{name: a, sha256: sluice_topsecret}]",
                "keys: [{name: a, accounts: acme, sha256: sluice_topsecret}]",
                "keys: [{name: a, accounts: ['a/b'], sha256: sluice_topsecret}]",
                "keys: [{name: a, accounts: [], roles: [], sha256: sluice_topsecret}]",
                "keys: [{name: a, roles: [root], sha256: sluice_topsecret}]",
                "keys: [{name: a, roles: [viewer], sha256: sluice_topsecret, x: 1}]",
                "keys: [{name: a, roles: [viewer], sha256: 'sluice_topsecret"
            })
    void shouldFailWithoutQuotingASecret_whenItIsWrong(String text) throws Exception {
        // Given
        Path file = write(text);

        // When / Then
        assertThatThrownBy(() -> KeysFile.read(file))
                .isInstanceOf(CommandFailure.class)
                .hasMessageStartingWith("keys file " + file)
                .hasMessageNotContaining("topsecret");
    }

    @Test
    void shouldFail_whenANameIsThereTwice() throws Exception {
        // Given
        String key = "{name: a, roles: [viewer], sha256: \"" + HASH + "\"}";
        Path file = write("keys: [" + key + ", " + key + "]");

        // When / Then
        assertThatThrownBy(() -> KeysFile.read(file)).hasMessageContaining("key a is there twice");
        assertThat(file).exists();
    }

    private Path write(String text) throws Exception {
        return Files.writeString(directory.resolve("keys.yaml"), text);
    }
}
