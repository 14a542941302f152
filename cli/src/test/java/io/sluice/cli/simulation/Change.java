package io.sluice.cli.simulation;

import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/** One record of a changelog; null removes the entry. */
record Change(Bytes key, byte @Nullable [] value) {}
