package io.sluice.cli.admin;

import io.sluice.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The key or token that a command sends.
 *
 * @param text null for none
 * @param hint what to do if it is refused, for messages
 */
public record CallerKey(@Nullable String text, String hint) {
    /** The key of a file if there is one, else of a variable. */
    public static CallerKey of(String option, @Nullable Path file, String variable) throws CommandFailure {
        try {
            String key = file == null ? System.getenv(variable) : Files.readString(file);
            if (key == null || key.isBlank()) {
                return new CallerKey(null, "no key was sent: set $" + variable + " or " + option);
            }
            return new CallerKey(key.strip(), "the key of " + (file == null ? "$" + variable : option + " " + file));
        } catch (IOException e) {
            throw new CommandFailure("key file " + file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
