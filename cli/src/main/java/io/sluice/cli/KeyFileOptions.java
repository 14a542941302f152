package io.sluice.cli;

import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.control.VerifyingKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options for the keys that sign and verify rules and commands: PEM files, as {@code sluice keys signing} and
 * OpenSSL make them. Keys are never on the command line, where others could see them.
 */
public final class KeyFileOptions {
    private KeyFileOptions() {}

    /** The private key that signs the decisions of the rules writer. */
    public static final class RulesKey {
        @Option(
                names = "--rules-key-file",
                paramLabel = "FILE",
                defaultValue = "${env:SLUICE_RULES_KEY_FILE}",
                description =
                        "File with the private key that signs rulesets, PEM; while keys are exchanged, followed by a "
                                + "second one that verifies messages between streams apps (or $SLUICE_RULES_KEY_FILE).")
        private @Nullable Path file;

        /** Whether somebody gave a key. */
        public boolean isGiven() {
            return file != null;
        }

        /** The key that signs; while keys are exchanged, followed by a second one. */
        public List<SigningKey> read() throws CommandFailure {
            return KeyFileOptions.read(
                    "rules key", file, "--rules-key-file or $SLUICE_RULES_KEY_FILE", SigningKey::listOfPem);
        }
    }

    /** The public keys that verify the decisions of the rules writer. */
    public static final class RulesPublicKeys {
        @Option(
                names = "--rules-public-key-file",
                paramLabel = "FILE",
                defaultValue = "${env:SLUICE_RULES_PUBLIC_KEY_FILE}",
                description = "File with the public keys that verify rulesets, PEM; one, or several while keys are "
                        + "exchanged (or $SLUICE_RULES_PUBLIC_KEY_FILE).")
        private @Nullable Path file;

        public VerifyingKeys read() throws CommandFailure {
            return publicKeys("rules", file, "--rules-public-key-file or $SLUICE_RULES_PUBLIC_KEY_FILE");
        }
    }

    /** The private key that signs commands. */
    public static final class CommandKey {
        @Option(
                names = "--command-key-file",
                paramLabel = "FILE",
                defaultValue = "${env:SLUICE_COMMAND_KEY_FILE}",
                description =
                        "File with the private key that signs commands to the rules writer and to accounts, PEM (or"
                                + " $SLUICE_COMMAND_KEY_FILE).")
        private @Nullable Path file;

        /** Where the key came from, for messages about it. */
        public String source() {
            return "--command-key-file " + file;
        }

        /** Whether somebody gave a key. */
        public boolean isGiven() {
            return file != null;
        }

        public SigningKey read() throws CommandFailure {
            return signingKey("command key", file, "--command-key-file or $SLUICE_COMMAND_KEY_FILE");
        }
    }

    /** The public keys that verify commands. */
    public static final class CommandPublicKeys {
        @Option(
                names = "--command-public-key-file",
                paramLabel = "FILE",
                defaultValue = "${env:SLUICE_COMMAND_PUBLIC_KEY_FILE}",
                description = "File with the public keys that verify commands, PEM; one, or several while keys are "
                        + "exchanged (or $SLUICE_COMMAND_PUBLIC_KEY_FILE).")
        private @Nullable Path file;

        public VerifyingKeys read() throws CommandFailure {
            return publicKeys("commands", file, "--command-public-key-file or $SLUICE_COMMAND_PUBLIC_KEY_FILE");
        }
    }

    private static SigningKey signingKey(String name, @Nullable Path file, String where) throws CommandFailure {
        return read(name, file, where, SigningKey::ofPem);
    }

    private static VerifyingKeys publicKeys(String of, @Nullable Path file, String where) throws CommandFailure {
        return read("public keys of " + of, file, where, VerifyingKeys::ofPem);
    }

    private static <T> T read(String name, @Nullable Path file, String where, Function<String, T> parser)
            throws CommandFailure {
        if (file == null) {
            throw new CommandFailure(name + ": missing (expected: " + where + ", a file of `sluice keys signing`)");
        }
        try {
            return parser.apply(Files.readString(file));
        } catch (IOException e) {
            throw new CommandFailure(name + ": file " + file + " cannot be read: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(name + ": file " + file + ": " + e.getMessage(), e);
        }
    }
}
