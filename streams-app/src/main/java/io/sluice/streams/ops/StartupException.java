package io.sluice.streams.ops;

import java.util.List;

/** What keeps the streams app from starting: something it relies on is not so, or the cluster cannot be reached. */
public final class StartupException extends Exception {
    public StartupException(List<String> problems) {
        super(String.join("; ", problems));
    }

    public StartupException(String problem, Throwable cause) {
        super(problem, cause);
    }
}
