package io.sluice.replay.whatif;

/**
 * How near the answers of owners of wide buckets that are asked anew come to what was recorded: under the log's own
 * rules, both should be the same.
 *
 * @param visiting requests that visited such buckets
 * @param recordedAllowed requests that were allowed
 * @param allowed requests that are allowed if owners are asked anew
 * @param misplaced requests whose verdict differs
 * @param forgotten requests that asked once they were home, since too many others were on their way
 */
public record WideOrder(long visiting, long recordedAllowed, long allowed, long misplaced, long forgotten) {
    public static final WideOrder NONE = new WideOrder(0, 0, 0, 0, 0);

    public WideOrder plus(WideOrder other) {
        return new WideOrder(
                visiting + other.visiting,
                recordedAllowed + other.recordedAllowed,
                allowed + other.allowed,
                misplaced + other.misplaced,
                forgotten + other.forgotten);
    }
}
