package io.sluice.replay.log;

import org.jspecify.annotations.Nullable;

/**
 * A record of the request topic, or of the decision topic.
 *
 * @param timestampMillis the broker's timestamp of the record
 */
@SuppressWarnings("ArrayRecordComponent")
public record LoggedRecord(long offset, long timestampMillis, byte @Nullable [] key, byte @Nullable [] value) {}
