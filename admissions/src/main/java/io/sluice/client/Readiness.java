package io.sluice.client;

/**
 * The readiness of the cluster: whether it answers.
 *
 * @param ready whether enough request partitions answer pings, with a ruleset in force
 * @param detail what is missing, as text, also when ready; empty when nothing is
 */
public record Readiness(boolean ready, String detail) {}
