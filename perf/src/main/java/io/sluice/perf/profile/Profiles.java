package io.sluice.perf.profile;

import io.sluice.perf.process.Jvm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Recordings of the measured JVM, if they are requested; a run under one is slower, so its figures do not count.
 */
public final class Profiles {
    private final boolean wanted;
    private final Path directory;
    private final List<Path> files = new ArrayList<>();

    public Profiles(boolean wanted, Path directory) {
        this.wanted = wanted;
        this.directory = directory;
    }

    public boolean wanted() {
        return wanted;
    }

    /** The measured program. */
    @FunctionalInterface
    public interface Measured<T> {
        T run() throws Exception;
    }

    /** Runs, and records the JVM meanwhile if that is wanted. */
    public <T> T recorded(String name, Jvm jvm, Measured<T> measured) throws Exception {
        if (!wanted) {
            return measured.run();
        }
        long recording = jvm.startRecording();
        T result = measured.run();
        Path file = directory.resolve(name + ".jfr");
        jvm.stopRecording(recording, file);
        files.add(file);
        return result;
    }

    /** The recordings, in the order in which they were made; a name that came again replaced its first. */
    public List<Path> files() {
        return files.stream().distinct().toList();
    }
}
