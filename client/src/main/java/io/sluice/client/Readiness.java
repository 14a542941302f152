package io.sluice.client;

/**
 * Whether the cluster answers.
 *
 * @param ready whether every request partition has answered a ping with a ruleset in force, and still does
 * @param detail what is missing, in words; empty when ready
 */
public record Readiness(boolean ready, String detail) {}
