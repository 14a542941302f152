package io.sluice.perf.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Utils;

/** Directories of data: their size, and how to delete them. */
public final class Directories {
    private Directories() {}

    /** Bytes of all files below whose names end so; an empty ending counts all of them. */
    public static long bytes(Path directory, String nameEnd) throws IOException {
        try (Stream<Path> entries = Files.walk(directory)) {
            return entries.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(nameEnd))
                    .mapToLong(Directories::size)
                    .sum();
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    /** Deletes the directory with all that is in it. */
    public static void delete(Path directory) throws IOException {
        Utils.delete(directory.toFile());
    }
}
