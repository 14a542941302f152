package io.sluice.replay.whatif;

import io.sluice.replay.run.PartitionFacts;
import io.sluice.replay.run.RunCounters;

/** The comparison of one partition. */
public record WhatIfPart(PartitionFacts facts, RunCounters counters, Comparison comparison) {}
