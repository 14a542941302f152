package io.sluice.engine.bucket;

import java.util.SplittableRandom;

/** Random numbers of the compatibility kit: one seed makes one history. */
final class TckRandom {
    private final SplittableRandom random;

    TckRandom(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** One of {@code 0..bound-1}. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    /** One of {@code min..max}, both included. */
    long between(long min, long max) {
        return random.nextLong(min, max + 1);
    }

    /** A number in 1..max of any magnitude: uniform ones would nearly all be large. */
    long upTo(long max) {
        int bits = 64 - Long.numberOfLeadingZeros(max);
        return Math.max(1, Math.min(max, random.nextLong() >>> (63 - random.nextInt(bits))));
    }

    /** A moment from 1970 to 2033. */
    long moment() {
        return random.nextLong(0, 2_000_000_000_000L);
    }
}
