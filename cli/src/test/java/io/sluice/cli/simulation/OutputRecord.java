package io.sluice.cli.simulation;

import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** A record that an app sent. */
record OutputRecord(String sink, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {}
