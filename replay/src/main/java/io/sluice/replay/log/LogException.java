package io.sluice.replay.log;

/** A log cannot be read, or what was read is damaged; one line that says where, and what was expected. */
public class LogException extends Exception {
    public LogException(String line) {
        super(line);
    }

    public LogException(String line, Throwable cause) {
        super(line, cause);
    }
}
