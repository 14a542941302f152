package io.sluice.cli.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The environment of a process whose clocks are wrong, by libfaketime: another time of day, at the right pace. */
public final class WrongClock {
    private static final Path LIBRARIES = Path.of("/usr/lib");
    private static final String LIBFAKETIME = "faketime/libfaketimeMT.so.1";

    private WrongClock() {}

    /**
     * An environment with other clocks.
     *
     * @param ahead by how much; negative where they are behind
     */
    public static Map<String, String> added(Map<String, String> environment, Duration ahead) {
        Map<String, String> wrong = new HashMap<>(environment);
        wrong.put("LD_PRELOAD", library().toString());
        wrong.put("FAKETIME", String.format("%+ds", ahead.toSeconds()));
        return wrong;
    }

    /** Debian has it in a directory for each architecture. */
    private static Path library() {
        try (DirectoryStream<Path> architectures = Files.newDirectoryStream(LIBRARIES)) {
            for (Path architecture : architectures) {
                Path library = architecture.resolve(LIBFAKETIME);
                if (Files.exists(library)) {
                    return library;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException(
                LIBRARIES + "/*/" + LIBFAKETIME + ": missing (expected: apt-get install libfaketime)");
    }
}
