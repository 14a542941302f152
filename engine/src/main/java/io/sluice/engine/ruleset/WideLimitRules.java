package io.sluice.engine.ruleset;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.Concurrency;
import io.sluice.engine.bucket.LeakyBucket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The checks of limits that all accounts share: what they cannot have, each with the reason. */
final class WideLimitRules {
    /** The most wide limits of one ruleset: bounds the partitions that one request can visit. */
    static final int WIDE_LIMITS_MAX = 16;

    private WideLimitRules() {}

    /** Checks one limit whose scope is global. */
    static void check(
            DocumentSection section, @Nullable Algorithm algorithm, ExceedPolicy exceedPolicy, Metering metering) {
        if (algorithm instanceof Concurrency) {
            section.problem(
                    "algorithm",
                    "concurrency with scope global (expected: an algorithm that counts tokens, since slots are released"
                            + " in the account's partition)");
        }
        if (algorithm instanceof LeakyBucket) {
            section.problem(
                    "algorithm",
                    "leaky-bucket with scope global (expected: another algorithm, since no place in a queue is given"
                            + " back when the account's own limits refuse)");
        }
        if (exceedPolicy.action() == OnExceed.THROTTLE) {
            section.problem(
                    "onExceed",
                    "throttle with scope global (expected: deny, challenge or tag, since what is charged in advance"
                            + " cannot be given back)");
        }
        if (metering.refunds()) {
            section.problem(
                    "refunds",
                    "true with scope global (expected: none, since what is missing from a shared bucket may be another"
                            + " account's)");
        }
        if (metering.gracePerMille() > 0) {
            section.problem(
                    "grace",
                    section.raw("grace")
                            + " with scope global (expected: none; use a larger burst, since no single account "
                            + "exceeds a limit that all share)");
        }
        if (section.has("tiers")) {
            section.problem(
                    "tiers",
                    "given with scope global (expected: none, since accounts of all tiers share one bucket; use "
                            + "match.tiers to name those that the limit applies to)");
        }
    }

    /** Checks the limits of a ruleset together. */
    static void check(DocumentSection root, List<Limit> limits) {
        long wide = limits.stream().filter(Limit::isWide).count();
        if (wide > WIDE_LIMITS_MAX) {
            root.problem(
                    "limits",
                    wide + " with scope global, candidates included (expected: at most " + WIDE_LIMITS_MAX + ")");
        }
    }
}
