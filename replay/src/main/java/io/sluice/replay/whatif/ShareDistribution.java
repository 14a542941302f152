package io.sluice.replay.whatif;

import java.util.ArrayList;
import java.util.List;

/**
 * How much of a limit its buckets used at most, in thousandths: above 1,000 if requests asked for more than there was.
 */
public final class ShareDistribution {
    /** Larger shares count as this one; {@link #maxPerMille} is exact. */
    static final int PER_MILLE_MAX = 5_000;

    /** No buckets. */
    public static final ShareDistribution NONE = new ShareDistribution(new long[PER_MILLE_MAX + 1], 0, 0);

    private final long[] counts;
    private final int max;
    private final long unkept;

    ShareDistribution(long[] counts, int max, long unkept) {
        this.counts = counts;
        this.max = max;
        this.unkept = unkept;
    }

    /** As numbers: the highest share, what is not kept, and pairs of a share and how many buckets came to it. */
    List<Long> numbers() {
        List<Long> numbers = new ArrayList<>(List.of((long) max, unkept));
        for (int share = 0; share < counts.length; share++) {
            if (counts[share] > 0) {
                numbers.add((long) share);
                numbers.add(counts[share]);
            }
        }
        return numbers;
    }

    /** Of what {@link #numbers} gave; zeros at the end mean nothing. */
    static ShareDistribution of(long[] numbers) {
        long[] counts = new long[PER_MILLE_MAX + 1];
        for (int i = 2; i + 1 < numbers.length; i += 2) {
            counts[(int) Math.max(0, Math.min(PER_MILLE_MAX, numbers[i]))] += numbers[i + 1];
        }
        return new ShareDistribution(counts, (int) numbers[0], numbers[1]);
    }

    /** Both together; no bucket is in both. */
    public ShareDistribution plus(ShareDistribution other) {
        long[] sums = counts.clone();
        for (int i = 0; i < sums.length; i++) {
            sums[i] += other.counts[i];
        }
        return new ShareDistribution(sums, Math.max(max, other.max), unkept + other.unkept);
    }

    public long buckets() {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }

    /** Shares of buckets beyond the bound, which are in no figure. */
    public long unkept() {
        return unkept;
    }

    public int maxPerMille() {
        return max;
    }

    /** The share that so many thousandths of the buckets do not exceed. */
    public int perMilleAt(int quantilePerMille) {
        long wanted = (buckets() * quantilePerMille + 999) / 1_000;
        long sum = 0;
        for (int share = 0; share < counts.length; share++) {
            sum += counts[share];
            if (sum >= wanted && sum > 0) {
                return Math.min(share, max);
            }
        }
        return max;
    }

    /** Buckets in so many equal steps from 0 to 1,500 thousandths, the last one for all above; for charts. */
    public long[] steps(int steps) {
        long[] found = new long[steps + 1];
        int width = 1_500 / steps;
        for (int share = 0; share < counts.length; share++) {
            found[Math.min(steps, share / width)] += counts[share];
        }
        return found;
    }
}
