package io.sluice.client;

/**
 * How a request partition answers this front end.
 *
 * @param answers whether its last answer is recent enough
 * @param silentMillis how long ago it answered last; -1 if it never has
 * @param rulesetRevision the revision in force there, as its last answer says; 0 for none
 */
public record PartitionHealth(int partition, boolean answers, long silentMillis, long rulesetRevision) {}
