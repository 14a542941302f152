package io.sluice.testkit.algorithm;

import java.util.SplittableRandom;

/** Random numbers of the kits: one seed makes one history. */
public final class TckRandom {
    private final SplittableRandom random;

    public TckRandom(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** One of {@code 0..bound-1}. */
    public int below(int bound) {
        return random.nextInt(bound);
    }

    /** One of {@code min..max}, both included. */
    public long between(long min, long max) {
        return random.nextLong(min, max + 1);
    }

    /** A number in 1..max of any magnitude: uniform ones would nearly all be large. */
    public long upTo(long max) {
        int bits = 64 - Long.numberOfLeadingZeros(max);
        return Math.max(1, Math.min(max, random.nextLong() >>> (63 - random.nextInt(bits))));
    }

    /** A moment from 1970 to 2033. */
    public long moment() {
        return random.nextLong(0, 2_000_000_000_000L);
    }
}
