package io.sluice.replay.trial;

import org.jspecify.annotations.Nullable;

/**
 * How far a trial is, or what came of it.
 *
 * @param id names it, in this process
 * @param startedAtMillis when it was asked for
 * @param progressPerMille how much of the log has been run
 * @param records records that were run
 * @param result one JSON object, as {@code sluice replay --output json} prints it; null unless it is done
 * @param failure what went wrong; null unless it failed
 * @param keptUntilMillis until when the result is kept; 0 while it runs
 */
public record RulesTrial(
        String id,
        Order order,
        State state,
        long startedAtMillis,
        int progressPerMille,
        long records,
        @Nullable String result,
        @Nullable String failure,
        long keptUntilMillis) {

    /**
     * What shall be tried.
     *
     * @param documentJson a ruleset document that compiles
     * @param lastMillis how much of the log, up to now
     * @param principal who asks
     */
    public record Order(String documentJson, long lastMillis, String principal) {}

    /** What has become of it. */
    public enum State {
        RUNNING,
        DONE,
        FAILED,
        CANCELLED
    }
}
