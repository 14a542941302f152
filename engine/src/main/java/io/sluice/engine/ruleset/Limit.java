package io.sluice.engine.ruleset;

import io.sluice.engine.bucket.TokenBucket;

/** A rule with an algorithm: which admissions it applies to, what it counts by, and how much it lets through. */
public record Limit(String id, LimitMatch match, Scope scope, TokenBucket bucket) {}
