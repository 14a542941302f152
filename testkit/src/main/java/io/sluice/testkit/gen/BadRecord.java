package io.sluice.testkit.gen;

import org.jspecify.annotations.Nullable;

/**
 * A record that must become a dead letter and change nothing.
 *
 * @param name what is wrong with it, for the reader
 * @param partition the partition to write it to; null for that of its key
 * @param reason the code that the dead letter must carry
 */
public record BadRecord(
        String name,
        byte @Nullable [] key,
        byte @Nullable [] value,
        @Nullable Integer partition,
        String reason) {

    @Override
    public String toString() {
        return name;
    }
}
