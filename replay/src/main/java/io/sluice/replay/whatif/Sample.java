package io.sluice.replay.whatif;

/** One request whose verdict flips, as both rulesets explain it. */
public record Sample(RecordedVerdict base, RecordedVerdict candidate) {}
