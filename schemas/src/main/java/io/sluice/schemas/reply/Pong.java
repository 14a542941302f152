package io.sluice.schemas.reply;

/** The answer to a ping: the partition has an owner, which decides by this ruleset revision (0: none yet). */
public record Pong(String correlationId, int partition, long rulesetRevision) implements Reply {}
