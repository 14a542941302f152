package io.sluice.schemas.reply;

/** The answer to a ping: the partition has an owner, and this is the ruleset revision it judges by (0: none yet). */
public record Pong(String correlationId, int partition, long rulesetRevision) implements Reply {}
