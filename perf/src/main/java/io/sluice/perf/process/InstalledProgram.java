package io.sluice.perf.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs that this machine may have. */
final class InstalledProgram {
    private InstalledProgram() {}

    /** The first one on the PATH with this name. */
    static Optional<Path> named(String name) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(directory -> Path.of(directory).resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
