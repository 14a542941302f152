package io.sluice.middleware;

/**
 * The counts of the calls of one {@link HttpAdmissions}, for the meters of its service.
 *
 * @param waiting calls that wait for their answers now
 * @param waitingMax the most that may wait at once, {@code callsMax}
 * @param answered calls that Sluice answered, refusals included
 * @param failed calls without an answer of Sluice
 * @param turnedAway calls that were not sent since too many waited; they are among the failed
 * @param retries requests that were sent again
 */
public record CallCounts(int waiting, int waitingMax, long answered, long failed, long turnedAway, long retries) {}
