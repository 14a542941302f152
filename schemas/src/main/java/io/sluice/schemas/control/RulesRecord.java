package io.sluice.schemas.control;

/**
 * A record that the rules writer publishes: a signed control record on the rules topic and in every request
 * partition.
 */
public sealed interface RulesRecord permits RulesetActivation, AccessSnapshot {}
