package io.sluice.cli;

/** Why a command failed, in one line that the person at the terminal can act on. */
public final class CommandFailure extends Exception {
    public CommandFailure(String line) {
        super(line);
    }

    public CommandFailure(String line, Throwable cause) {
        super(line, cause);
    }

    /** Any failure as one line. */
    public static String lineOf(Throwable failure) {
        String message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        return message.replaceAll("\\s*\\R\\s*", "; ");
    }
}
