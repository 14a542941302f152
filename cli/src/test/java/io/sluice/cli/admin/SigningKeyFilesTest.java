package io.sluice.cli.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.CommandFailure;
import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.control.VerifyingKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The key files of a cluster as the command writes them. */
final class SigningKeyFilesTest {
    @Test
    void shouldMakeTwoPairsThatBelongTogether_whenThereAreNone(@TempDir Path directory) throws Exception {
        // Given
        SigningKeyFiles files = new SigningKeyFiles(directory.resolve("keys"));
        assertThat(files.exist()).isFalse();

        // When
        files.create();

        // Then
        SigningKey rules = SigningKey.ofPem(Files.readString(files.rulesPrivate()));
        SigningKey commands = SigningKey.ofPem(Files.readString(files.commandPrivate()));
        VerifyingKeys rulesPublic = VerifyingKeys.ofPem(Files.readString(files.rulesPublic()));
        VerifyingKeys commandsPublic = VerifyingKeys.ofPem(Files.readString(files.commandPublic()));
        assertThat(rulesPublic.include(rules)).isTrue();
        assertThat(rulesPublic.include(commands)).isFalse();
        assertThat(commandsPublic.include(commands)).isTrue();
        for (Path secret : new Path[] {files.rulesPrivate(), files.commandPrivate()}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void shouldReplaceNothing_whenAKeyIsThere(@TempDir Path directory) throws Exception {
        // Given
        SigningKeyFiles files = new SigningKeyFiles(directory);
        Files.writeString(files.commandPublic(), "mine");

        // When / Then
        assertThatThrownBy(files::create)
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("command-public.pem is there");
        assertThat(files.rulesPrivate()).doesNotExist();
        assertThat(files.commandPublic()).hasContent("mine");
    }
}
