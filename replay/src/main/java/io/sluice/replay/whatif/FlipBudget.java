package io.sluice.replay.whatif;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How much a candidate may change: what a pull request is held to.
 *
 * @param newDenials the most newly denied requests; null for any number
 * @param noFlips whose verdicts may not flip to a denial
 */
public record FlipBudget(@Nullable Share newDenials, List<Protected> noFlips) {
    /** Lets everything through. */
    public static final FlipBudget OPEN = new FlipBudget(null, List.of());

    public FlipBudget {
        noFlips = List.copyOf(noFlips);
    }

    /**
     * A number of requests, or a share of all.
     *
     * @param text as it was given
     * @param perMillion the share, in millionths; -1 for a number
     * @param requests the number; -1 for a share
     */
    public record Share(String text, long perMillion, long requests) {
        private static final String EXPECTED = " (expected: a share such as 0.1%, or a number of requests such as 100)";
        private static final int PER_MILLION_OF_PERCENT = 10_000;
        private static final double PERCENT_MAX = 100;

        /** Reads {@code 0.1%} or {@code 100}. */
        public static Share parse(String text) {
            try {
                if (text.endsWith("%")) {
                    double percent = Double.parseDouble(text.substring(0, text.length() - 1));
                    if (percent >= 0 && percent <= PERCENT_MAX) {
                        return new Share(text, Math.round(percent * PER_MILLION_OF_PERCENT), -1);
                    }
                } else if (Long.parseLong(text) >= 0) {
                    return new Share(text, -1, Long.parseLong(text));
                }
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(text + EXPECTED, e);
            }
            throw new IllegalArgumentException(text + EXPECTED);
        }

        boolean isExceededBy(long newlyDenied, long all) {
            return requests >= 0
                    ? newlyDenied > requests
                    : (double) newlyDenied * 1_000_000 > (double) perMillion * all;
        }
    }

    /** Whose verdicts may not flip. */
    public sealed interface Protected {
        /** Reads {@code tier=enterprise}, {@code account=acme} or {@code allow-listed}. */
        static Protected parse(String text) {
            if (text.equals("allow-listed")) {
                return new AllowListed();
            }
            if (text.startsWith("tier=") && text.length() > "tier=".length()) {
                return new Tier(text.substring("tier=".length()));
            }
            if (text.startsWith("account=") && text.length() > "account=".length()) {
                return new Account(text.substring("account=".length()));
            }
            throw new IllegalArgumentException(text + " (expected: tier=NAME, account=NAME or allow-listed)");
        }

        /** Newly denied requests of these. */
        long newlyDenied(Comparison comparison);

        /** As it was given. */
        String text();
    }

    private record Tier(String tier) implements Protected {
        @Override
        public long newlyDenied(Comparison comparison) {
            return comparison.ofTier(tier).newlyDenied().requests();
        }

        @Override
        public String text() {
            return "tier=" + tier;
        }
    }

    private record Account(String account) implements Protected {
        @Override
        public long newlyDenied(Comparison comparison) {
            return comparison.accounts().stream()
                    .filter(one -> one.account().equals(account))
                    .mapToLong(one -> one.newlyDenied().requests())
                    .sum();
        }

        @Override
        public String text() {
            return "account=" + account;
        }
    }

    private record AllowListed() implements Protected {
        @Override
        public long newlyDenied(Comparison comparison) {
            return comparison.allowListedFlips();
        }

        @Override
        public String text() {
            return "allow-listed";
        }
    }

    /** What a candidate does that it may not; empty if it passes. */
    public List<String> violations(Comparison comparison) {
        List<String> violations = new ArrayList<>();
        long all = comparison.all().all().requests();
        if (all == 0 && (newDenials != null || !noFlips.isEmpty())) {
            violations.add("no request was compared, so nothing can be said (expected: at least 1; look at --from and"
                    + " --until)");
        }
        long denied = comparison.all().newlyDenied().requests();
        // What only one of the rulesets decides may be a denial: a gate does not let it through unseen.
        long undecided = comparison.undecided();
        if (newDenials != null && newDenials.isExceededBy(denied + undecided, all + undecided)) {
            violations.add(String.format(
                    Locale.ROOT,
                    "%,d of %,d requests newly denied%s (expected: at most %s)",
                    denied,
                    all,
                    undecided == 0
                            ? ""
                            : String.format(Locale.ROOT, ", and %,d decided under one ruleset only", undecided),
                    newDenials.text()));
        }
        for (Protected group : noFlips) {
            if (group instanceof Account && comparison.accountsUnlisted() > 0) {
                violations.add("not every account is known, so nothing can be said of " + group.text()
                        + " (expected: a larger --accounts-max)");
            }
            long flips = group.newlyDenied(comparison);
            if (flips > 0) {
                violations.add(String.format(
                        Locale.ROOT, "%,d requests of %s newly denied (expected: none)", flips, group.text()));
            }
        }
        return violations;
    }
}
