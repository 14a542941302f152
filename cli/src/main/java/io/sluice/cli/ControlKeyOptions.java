package io.sluice.cli;

import io.sluice.schemas.control.ControlKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a command finds the secret that proves control records; never on the command line, where others see it. */
public final class ControlKeyOptions {
    private static final String VARIABLE = "SLUICE_CONTROL_KEY";

    @Option(
            names = "--control-key-file",
            paramLabel = "FILE",
            defaultValue = "${env:SLUICE_CONTROL_KEY_FILE}",
            description = "File with the control key, at least 64 hexadecimal digits (or $" + VARIABLE + ").")
    private @Nullable Path file;

    /** Whether somebody gave a key. */
    public boolean isGiven() {
        return file != null || System.getenv(VARIABLE) != null;
    }

    /** Where the key came from, for messages about it. */
    public String source() {
        return file == null ? "$" + VARIABLE : "--control-key-file " + file;
    }

    /** The key. */
    public ControlKey read() throws CommandFailure {
        try {
            if (file != null) {
                return ControlKey.ofHex(Files.readString(file));
            }
            String digits = System.getenv(VARIABLE);
            if (digits == null) {
                throw new CommandFailure("control key: missing (expected: --control-key-file or $" + VARIABLE + ")");
            }
            return ControlKey.ofHex(digits);
        } catch (IOException e) {
            throw new CommandFailure("control key file " + file + " cannot be read: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }
}
