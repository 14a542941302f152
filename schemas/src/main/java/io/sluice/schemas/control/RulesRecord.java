package io.sluice.schemas.control;

/** What the rules writer publishes: signed control records on the rules topic and in every request partition. */
public sealed interface RulesRecord permits RulesetActivation, AccessSnapshot {}
