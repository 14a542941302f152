package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.process.HotLoad.Admitted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What several front ends admitted, held against the bound of leases in every window of time.
 *
 * <p>A request that was asked and answered within a window was decided within it, wherever the process stood still in
 * between. So in each window there were at least those, and they must not be more than burst + rate &times; (window +
 * lease time).
 */
final class AdmittedWindows {
    private static final double NANOS_PER_SECOND = 1e9;
    /** The partition's time is in whole milliseconds, at both ends of a window. */
    private static final double ROUNDING_SECONDS = 0.002;

    private final List<Admitted> admitted = new ArrayList<>();

    AdmittedWindows(List<HotLoad> loads) {
        this(loads.stream().flatMap(load -> load.admitted().stream()));
    }

    private AdmittedWindows(Stream<Admitted> all) {
        all.sorted(Comparator.comparingLong(Admitted::answeredNanos)).forEach(admitted::add);
    }

    static AdmittedWindows of(List<Admitted> all) {
        return new AdmittedWindows(all.stream());
    }

    /** Admissions that front ends decided. */
    long local() {
        return admitted.stream().filter(Admitted::local).count();
    }

    /** Admissions that the ledger decided. */
    long exact() {
        return admitted.size() - local();
    }

    void assertBound(long burst, long tokensPerSecond, long leaseMillis) {
        long[] begins =
                admitted.stream().mapToLong(Admitted::requestedNanos).sorted().toArray();
        double least = Double.MAX_VALUE;
        for (long beginNanos : sampled(begins)) {
            long inWindow = 0;
            for (Admitted one : admitted) {
                if (one.requestedNanos() < beginNanos) {
                    continue;
                }
                inWindow++;
                double seconds = (one.answeredNanos() - beginNanos) / NANOS_PER_SECOND + ROUNDING_SECONDS;
                double bound = burst + tokensPerSecond * (seconds + leaseMillis / 1_000.0);
                least = Math.min(least, bound - inWindow);
            }
        }
        assertThat(least).as("what is left of the bound where it is closest").isNotNegative();
    }

    /**
     * Windows that begin at some requests, spread over all of them: to look at each would take the square of their
     * number.
     */
    private static long[] sampled(long[] begins) {
        int step = Math.max(1, begins.length / 2_000);
        long[] sampled = new long[(begins.length + step - 1) / step];
        Arrays.setAll(sampled, i -> begins[i * step]);
        return sampled;
    }
}
