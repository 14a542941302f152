package io.sluice.client;

/**
 * Whether the cluster answers.
 *
 * @param ready whether enough request partitions answer pings, with a ruleset in force
 * @param detail what is missing, as text, also when ready; empty when nothing is
 */
public record Readiness(boolean ready, String detail) {}
