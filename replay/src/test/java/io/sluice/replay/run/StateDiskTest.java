package io.sluice.replay.run;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.replay.log.LogException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StateDiskTest {
    private static final int MEBIBYTE = 1 << 20;

    @TempDir
    Path directory;

    private Path state(String name, int bytes) throws Exception {
        Path state = Files.createDirectories(directory.resolve(name).resolve("rocksdb"));
        Files.write(state.resolve("000010.sst"), new byte[bytes]);
        return directory.resolve(name);
    }

    @Test
    void shouldRefuse_whenAllStatesTogetherTakeTooMuch() throws Exception {
        // Given
        StateDisk disk = new StateDisk(2, new RunBounds(2, 32 << 20, 16, directory).onDisk(5 * MEBIBYTE));
        Path first = state("0", 3 * MEBIBYTE);
        Path second = state("1", 3 * MEBIBYTE);

        // When, Then
        disk.look(0, first);
        assertThatThrownBy(() -> disk.look(1, second))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("the state takes 6 MiB")
                .hasMessageContaining("expected: at most 5");
    }

    @Test
    void shouldGoOn_whenAStateIsGone() throws Exception {
        // Given
        StateDisk disk = new StateDisk(2, new RunBounds(2, 32 << 20, 16, directory).onDisk(5 * MEBIBYTE));
        disk.look(0, state("0", 3 * MEBIBYTE));

        // When
        disk.forget(0);

        // Then
        Path second = state("1", 3 * MEBIBYTE);
        assertThatCode(() -> disk.look(1, second)).doesNotThrowAnyException();
    }
}
