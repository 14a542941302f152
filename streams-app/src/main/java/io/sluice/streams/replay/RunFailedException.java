package io.sluice.streams.replay;

/** A run cannot go on from a record: it needs a newer Sluice, or its state cannot be written. */
public final class RunFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RunFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
