package io.sluice.engine.ruleset;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.Bounds;
import io.sluice.engine.bucket.Concurrency;
import io.sluice.engine.bucket.LeakyBucket;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A reader of the fields of a limit about its cost, and about use that is only known afterwards. */
final class MeteringReader {
    static final Set<String> KEYS = Set.of("overdraft", "refunds", "cost", "grace");

    private MeteringReader() {}

    /**
     * The fields of one limit.
     *
     * @param algorithm null if something is wrong with it
     */
    static Metering metering(DocumentSection section, @Nullable Algorithm algorithm) {
        long overdraft = 0;
        if (section.has("overdraft")) {
            Long read = section.parsed("overdraft", it -> overdraft(it.integer("overdraft", 0), algorithm));
            overdraft = read == null ? 0 : read;
        }
        boolean refunds = section.has("refunds") && section.flag("refunds");
        if (refunds && algorithm instanceof Concurrency) {
            section.problem("refunds", "true (expected: not with concurrency, whose slots come back by a release)");
        }
        CostExpression cost = section.has("cost") ? section.parsed("cost", MeteringReader::cost) : null;
        return new Metering(overdraft, refunds, cost, gracePerMille(section, algorithm));
    }

    private static int gracePerMille(DocumentSection section, @Nullable Algorithm algorithm) {
        Rollout share = section.has("grace") ? Rollout.read(section, "grace") : null;
        if (share == null || share.perMille() == 0) {
            return 0;
        }
        if (algorithm != null && algorithm.graceMax() == 0) {
            section.problem("grace", refused(section, algorithm));
            return 0;
        }
        if (algorithm != null && algorithm.capacity() * share.perMille() < Rollout.EVERYBODY) {
            section.problem(
                    "grace",
                    section.raw("grace") + " of " + algorithm.capacity()
                            + " tokens (expected: at least one token, or no grace)");
        }
        return share.perMille();
    }

    private static String refused(DocumentSection section, Algorithm algorithm) {
        Object raw = section.raw("grace");
        if (algorithm instanceof Concurrency) {
            return raw + " (expected: none with concurrency; write a larger limit)";
        }
        return algorithm instanceof LeakyBucket
                ? raw + " (expected: none with leaky-bucket; write a larger queue)"
                : raw + " (expected: none at a capacity of " + algorithm.capacity() + ", the largest there is)";
    }

    /** A number alone is an expression, too. */
    private static CostExpression cost(DocumentSection section) {
        Object raw = section.raw("cost");
        boolean number = raw instanceof Long || raw instanceof Integer;
        return CostExpression.of(number ? String.valueOf(raw) : section.text("cost", "cost"));
    }

    private static long overdraft(long tokens, @Nullable Algorithm algorithm) {
        if (algorithm instanceof Concurrency) {
            throw new IllegalArgumentException(
                    tokens + " (expected: none with concurrency, where a request is in flight or it is not)");
        }
        return algorithm == null ? 0 : Bounds.within("overdraft", tokens, 0, algorithm.overdraftMax());
    }
}
