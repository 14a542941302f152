package io.sluice.cli.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A small file system of its own for a state directory, so that it can be full; only root may mount one. */
final class StateDisks implements AutoCloseable {
    /** Some times what the stores of a run need. */
    private static final String SIZE = "192m";

    private static final int CHUNK_BYTES = 1 << 20;

    private final List<Path> mounted = new ArrayList<>();

    /** Mounts a small file system there, if that is allowed. */
    void makeSmall(Path directory) throws IOException, InterruptedException {
        if (run("mount", "-t", "tmpfs", "-o", "size=" + SIZE, "tmpfs", directory.toString())) {
            mounted.add(directory);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> unmountAtExit(directory)));
        }
    }

    /** The directory that can be full, or null if none could be mounted. */
    @Nullable Path small() {
        return mounted.isEmpty() ? null : mounted.get(0);
    }

    /** Writes until nothing more fits. */
    static Path fill(Path directory) throws IOException {
        Path filler = directory.resolve("filler");
        byte[] chunk = new byte[CHUNK_BYTES];
        try (var out = Files.newOutputStream(filler)) {
            for (long left = directory.toFile().getUsableSpace();
                    left > 0;
                    left = directory.toFile().getUsableSpace()) {
                out.write(chunk, 0, (int) Math.min(left, CHUNK_BYTES));
            }
        } catch (IOException e) {
            if (directory.toFile().getUsableSpace() > CHUNK_BYTES) {
                throw e;
            }
        }
        return filler;
    }

    private static void unmountAtExit(Path directory) {
        try {
            run("umount", "-l", directory.toString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (Path directory : mounted) {
            run("umount", "-l", directory.toString());
        }
        mounted.clear();
    }
}
