package io.sluice.schemas.request;

/** "Are you there?": answered by the task that owns the partition, with the ruleset revision in force. */
public record Ping(ReplyAddress reply) implements RequestRecord {}
