package io.sluice.cli.dev;

import io.sluice.cli.CommandFailure;
import io.sluice.schemas.control.ControlKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a dev cluster keeps: the broker's log, the stores, and the control key of this directory.
 *
 * <p>The broker's lock on its part of the directory keeps a second cluster out of all of it.
 */
final class DevDirectory implements AutoCloseable {
    private final Path path;
    private final boolean ephemeral;

    private DevDirectory(Path path, boolean ephemeral) {
        this.path = path;
        this.ephemeral = ephemeral;
    }

    /** The given directory, or the default one under the user's state directory. */
    static DevDirectory at(@Nullable Path path) throws CommandFailure {
        Path chosen = path == null ? stateHome().resolve("sluice").resolve("dev") : path;
        try {
            Files.createDirectories(chosen);
        } catch (IOException e) {
            throw new CommandFailure("data directory " + chosen + " is not writable", e);
        }
        if (!Files.isWritable(chosen)) {
            throw new CommandFailure("data directory " + chosen + " is not writable");
        }
        return new DevDirectory(chosen, false);
    }

    static DevDirectory ephemeral() throws CommandFailure {
        try {
            return new DevDirectory(Files.createTempDirectory("sluice-dev-"), true);
        } catch (IOException e) {
            throw new CommandFailure("no temporary directory: " + e.getMessage(), e);
        }
    }

    private static Path stateHome() {
        String configured = System.getenv("XDG_STATE_HOME");
        return configured == null || configured.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".local", "state")
                : Path.of(configured);
    }

    Path kafka() {
        return path.resolve("kafka");
    }

    Path streams() {
        return path.resolve("streams");
    }

    /** The directory's own control key, made at the first start and readable by its owner only. */
    ControlKey controlKey() throws CommandFailure {
        Path file = path.resolve("control.key");
        try {
            if (!Files.exists(file)) {
                byte[] secret = new byte[ControlKey.BYTES_MIN];
                new SecureRandom().nextBytes(secret);
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.writeString(file, HexFormat.of().formatHex(secret) + "\n");
            }
            return ControlKey.ofHex(Files.readString(file));
        } catch (IOException e) {
            throw new CommandFailure("control key " + file + " cannot be read: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(file + ": " + e.getMessage(), e);
        }
    }

    /** Deletes the directory if it is a throw-away one. */
    @Override
    public void close() {
        if (!ephemeral) {
            return;
        }
        try (Stream<Path> entries = Files.walk(path)) {
            List<Path> deepestFirst = entries.sorted(Comparator.reverseOrder()).toList();
            for (Path entry : deepestFirst) {
                Files.deleteIfExists(entry);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("throw-away directory " + path + " cannot be deleted", e);
        }
    }
}
