package io.sluice.cli;

/** An exception that says in one line why a command failed, and what the user can do. */
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
