package io.sluice.streams.ops;

import java.util.List;

/** An exception that says why the streams app cannot start: the cluster has wrong settings, or cannot be reached. */
public final class StartupException extends Exception {
    public StartupException(List<String> problems) {
        super(String.join("; ", problems));
    }

    public StartupException(String problem, Throwable cause) {
        super(problem, cause);
    }
}
