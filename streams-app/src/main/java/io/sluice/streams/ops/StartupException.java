package io.sluice.streams.ops;

import java.util.List;

/** The streams app cannot start: the cluster is not what it relies on, or cannot be reached. */
public final class StartupException extends Exception {
    public StartupException(List<String> problems) {
        super(String.join("; ", problems));
    }

    public StartupException(String problem, Throwable cause) {
        super(problem, cause);
    }
}
