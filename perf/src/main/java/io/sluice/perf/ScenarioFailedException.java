package io.sluice.perf;

/** The figures of a scenario are worth nothing: replies are missing, or more was admitted than the log allows. */
public final class ScenarioFailedException extends Exception {
    public ScenarioFailedException(String message) {
        super(message);
    }
}
