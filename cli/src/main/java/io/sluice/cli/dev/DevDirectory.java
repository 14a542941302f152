package io.sluice.cli.dev;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.admin.SigningKeyFiles;
import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.control.TrustedKeys;
import io.sluice.schemas.control.VerifyingKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The data directory of a dev cluster: the broker's log, the stores, and key pairs.
 *
 * <p>The broker locks its part of the directory, which prevents a second cluster on it.
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

    /**
     * The directory's own key pairs, made at the first start; their private halves are readable by their owner only.
     */
    Keys keys() throws CommandFailure {
        SigningKeyFiles files = new SigningKeyFiles(path.resolve("keys"));
        if (!files.exist()) {
            files.create();
        }
        try {
            return new Keys(
                    SigningKey.ofPem(Files.readString(files.rulesPrivate())),
                    SigningKey.ofPem(Files.readString(files.commandPrivate())),
                    new TrustedKeys(
                            VerifyingKeys.ofPem(Files.readString(files.rulesPublic())),
                            VerifyingKeys.ofPem(Files.readString(files.commandPublic()))));
        } catch (IOException e) {
            throw new CommandFailure("keys in " + files.directory() + " cannot be read: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("keys in " + files.directory() + ": " + e.getMessage(), e);
        }
    }

    /** The options with which other commands verify the log of this directory. */
    String publicKeyOptions() {
        SigningKeyFiles files = new SigningKeyFiles(path.resolve("keys"));
        return " --rules-public-key-file " + files.rulesPublic() + " --command-public-key-file "
                + files.commandPublic();
    }

    /** Both halves of both pairs: a dev cluster plays every role. */
    record Keys(SigningKey rules, SigningKey commands, TrustedKeys trusted) {}

    /** Deletes the directory if it is temporary. */
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
            throw new UncheckedIOException("temporary directory " + path + " cannot be deleted", e);
        }
    }
}
