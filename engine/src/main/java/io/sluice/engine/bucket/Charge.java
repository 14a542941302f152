package io.sluice.engine.bucket;

/**
 * A charge as it is remembered, to give some of it back.
 *
 * @param atMillis when it was made
 * @param slotId distinguishes it from other charges to the same bucket: the offset of its request
 */
public record Charge(long atMillis, long slotId) {}
