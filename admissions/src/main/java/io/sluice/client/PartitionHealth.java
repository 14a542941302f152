package io.sluice.client;

/**
 * The health of a request partition, as this front end sees it.
 *
 * @param answers whether its last answer is recent enough
 * @param silentMillis how long ago it answered last; -1 if it never has
 * @param rulesetRevision the revision in force there, as its last answer says; 0 for none
 */
public record PartitionHealth(int partition, boolean answers, long silentMillis, long rulesetRevision) {}
