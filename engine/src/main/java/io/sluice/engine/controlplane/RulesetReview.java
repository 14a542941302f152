package io.sluice.engine.controlplane;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.Concurrency;
import io.sluice.engine.bucket.FixedWindow;
import io.sluice.engine.bucket.LeakyBucket;
import io.sluice.engine.bucket.Rate;
import io.sluice.engine.bucket.SlidingWindowCounter;
import io.sluice.engine.bucket.SlidingWindowLog;
import io.sluice.engine.bucket.TokenBucket;
import io.sluice.engine.ruleset.InvalidRulesetException;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.ruleset.LimitMatch;
import io.sluice.engine.ruleset.OnExceed;
import io.sluice.engine.ruleset.PriorityLevel;
import io.sluice.engine.ruleset.Rollout;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.ruleset.RulesetCompiler;
import io.sluice.engine.ruleset.RulesetProblem;
import io.sluice.engine.ruleset.Scope;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A review of a valid ruleset: it warns of settings that the author probably did not mean. Warnings never block.
 *
 * <ul>
 *   <li>limits that never apply: switched off, or for tiers that no account has;
 *   <li>limits that never refuse: one before them with the same match and scope is at least as strict;
 *   <li>rates beyond 1,000,000 a second or below one a day;
 *   <li>shares that keep nothing, or everything;
 *   <li>thresholds that a limit refuses before they are reached;
 *   <li>entries of lists whose time was over before the ruleset began.
 * </ul>
 */
public final class RulesetReview {
    private static final long TOKENS_PER_SECOND_MAX = 1_000_000;
    private static final long DAY_MILLIS = 86_400_000;
    private static final int ALL_PER_MILLE = 1_000;

    /** The properties that must be equal for one limit to make another one useless. */
    private record Reach(LimitMatch match, Scope scope) {}

    private final List<RulesetProblem> warnings = new ArrayList<>();
    private final Map<String, Integer> placeById = new HashMap<>();
    private final Map<?, ?> document;
    private final Ruleset ruleset;

    private RulesetReview(Map<?, ?> document, Ruleset ruleset) {
        this.document = document;
        this.ruleset = ruleset;
    }

    /**
     * Reviews a document.
     *
     * @param nowMillis when the ruleset takes effect, or took effect
     * @return the warnings, each with its path in the document
     * @throws InvalidRulesetException if it does not even compile
     */
    public static List<RulesetProblem> of(@Nullable Object document, long nowMillis) throws InvalidRulesetException {
        Ruleset ruleset = RulesetCompiler.compile(1, document);
        RulesetReview review = new RulesetReview(document instanceof Map<?, ?> members ? members : Map.of(), ruleset);
        review.lookAtLimits();
        review.lookAtLists(nowMillis);
        return List.copyOf(review.warnings);
    }

    private void warn(int place, String field, String message) {
        String limit = "limits[" + place + "]";
        warnings.add(new RulesetProblem(field.isEmpty() ? limit : limit + "." + field, message));
    }

    private void lookAtLimits() {
        List<?> sections = document.get("limits") instanceof List<?> list ? list : List.of();
        if (sections.isEmpty()) {
            warnings.add(new RulesetProblem("limits", "none (everything is allowed)"));
        }
        for (int i = 0; i < sections.size(); i++) {
            if (sections.get(i) instanceof Map<?, ?> section) {
                placeById.put(String.valueOf(section.get("id")), i);
                if ("off".equals(section.get("mode"))) {
                    warn(i, "mode", "off (the limit never applies)");
                }
            }
        }
        Set<String> tiersInUse = tiersInUse();
        Map<Reach, List<Limit>> earlier = new LinkedHashMap<>();
        for (Limit limit : ruleset.limits()) {
            int place = placeById.getOrDefault(limit.id(), 0);
            lookAtTiers(place, limit, tiersInUse);
            lookAtRate(place, limit.algorithm());
            lookAtKept(place, limit);
            if (sections.get(place) instanceof Map<?, ?> section && section.containsKey("alertAt")) {
                lookAtThresholds(place, limit);
            }
            List<Limit> alike =
                    earlier.computeIfAbsent(new Reach(limit.match(), limit.scope()), reach -> new ArrayList<>());
            lookAtEarlier(place, limit, alike);
            alike.add(limit);
        }
    }

    private void lookAtLists(long nowMillis) {
        List<?> lists = document.get("lists") instanceof List<?> all ? all : List.of();
        for (int i = 0; i < lists.size(); i++) {
            if (lists.get(i) instanceof Map<?, ?> list && list.get("entries") instanceof List<?> entries) {
                for (int j = 0; j < entries.size(); j++) {
                    if (entries.get(j) instanceof Map<?, ?> entry
                            && entry.get("until") instanceof String until
                            && Instant.parse(until).toEpochMilli() <= nowMillis) {
                        String place = "lists[" + i + "].entries[" + j + "].until";
                        warnings.add(new RulesetProblem(place, until + " (is over: the entry never counts)"));
                    }
                }
            }
        }
    }

    private Set<String> tiersInUse() {
        Set<String> tiers = new TreeSet<>();
        tiers.add(ruleset.tierOf(""));
        tiers.add(ruleset.tierOf(Ruleset.ANONYMOUS_PREFIX));
        if (document.get("accounts") instanceof Map<?, ?> accounts) {
            accounts.keySet().forEach(account -> tiers.add(ruleset.tierOf(String.valueOf(account))));
        }
        return tiers;
    }

    private void lookAtTiers(int place, Limit limit, Set<String> tiersInUse) {
        Set<String> wanted = limit.match().tiers();
        if (!wanted.isEmpty() && wanted.stream().noneMatch(tiersInUse::contains)) {
            warn(
                    place,
                    "match.tiers",
                    String.join(", ", new TreeSet<>(wanted)) + " (no account of this document has such a tier)");
        }
    }

    private void lookAtRate(int place, Algorithm algorithm) {
        if (algorithm instanceof TokenBucket bucket) {
            lookAtRate(place, "rate", bucket.rate());
        } else if (algorithm instanceof LeakyBucket bucket) {
            lookAtRate(place, "rate", bucket.outflow());
        } else if (algorithm instanceof SlidingWindowCounter counter) {
            lookAtRate(place, "window", new Rate(counter.limit(), counter.periodMillis()));
        } else if (algorithm instanceof SlidingWindowLog log) {
            lookAtRate(place, "window", new Rate(log.limit(), log.periodMillis()));
        }
    }

    private void lookAtRate(int place, String field, Rate rate) {
        // Both products stay below 2^63: a period has at most 3.2 * 10^11 ms.
        if (rate.tokens() > rate.periodMillis() * (TOKENS_PER_SECOND_MAX / 1_000)) {
            warn(place, field, shown(rate) + " (more than " + TOKENS_PER_SECOND_MAX + " a second: no limit at all?)");
        } else if (Math.min(rate.tokens(), TOKENS_PER_SECOND_MAX) * DAY_MILLIS < rate.periodMillis()) {
            warn(place, field, shown(rate) + " (less than one a day: a unit mixed up?)");
        }
    }

    private static String shown(Rate rate) {
        return rate.tokens() + " per " + rate.periodMillis() + " ms";
    }

    private void lookAtKept(int place, Limit limit) {
        long capacity = limit.algorithm().capacity();
        for (PriorityLevel priority : PriorityLevel.values()) {
            if (limit.kept().perMilleAbove(priority) > 0) {
                long kept = limit.kept().tokensAbove(priority, capacity);
                if (kept == 0) {
                    warn(place, "keepFor", "keeps nothing of " + capacity + " from priority " + priority.code());
                } else if (kept == capacity) {
                    warn(place, "keepFor", "keeps all " + capacity + " from priority " + priority.code());
                }
            }
        }
    }

    private void lookAtThresholds(int place, Limit limit) {
        List<Integer> perMille = limit.ownAlerts().perMille();
        long capacity = limit.algorithm().capacity();
        int highest = perMille.isEmpty() ? 0 : perMille.get(perMille.size() - 1);
        if (highest > ALL_PER_MILLE && highest * capacity > (capacity + limit.debtMax()) * ALL_PER_MILLE) {
            warn(
                    place,
                    "alertAt",
                    highest / 10 + "% (never reached: the limit refuses at " + (capacity + limit.debtMax()) + " of "
                            + capacity + " tokens)");
        }
    }

    private void lookAtEarlier(int place, Limit limit, List<Limit> alike) {
        for (Limit earlier : alike) {
            boolean mayLetThrough = earlier.exceedPolicy().action() != OnExceed.DENY;
            boolean differs = !earlier.exceedPolicy().equals(limit.exceedPolicy());
            boolean alikeOtherwise =
                    earlier.kept().equals(limit.kept()) && earlier.metering().equals(limit.metering());
            boolean byTier = !earlier.byTier().isEmpty() || !limit.byTier().isEmpty();
            if (byTier || (mayLetThrough && differs) || !alikeOtherwise) {
                continue;
            }
            String other = "limit " + earlier.id() + " at limits[" + placeById.getOrDefault(earlier.id(), 0) + "]";
            if (earlier.algorithm().equals(limit.algorithm())) {
                warn(place, "", "same match, scope and algorithm as " + other);
                return;
            }
            if (earlier.rollout().equals(Rollout.ENFORCE)
                    && isAtLeastAsStrict(earlier.algorithm(), limit.algorithm())) {
                warn(place, "", "never refuses: " + other + " has the same match and scope and is stricter");
                return;
            }
        }
    }

    /** Whether {@code one} refuses all that {@code other} refuses. */
    private static boolean isAtLeastAsStrict(Algorithm one, Algorithm other) {
        if (one instanceof TokenBucket a && other instanceof TokenBucket b) {
            return a.burst() <= b.burst() && isAtMost(a.rate(), b.rate());
        }
        if (one instanceof LeakyBucket a && other instanceof LeakyBucket b) {
            return a.queue() <= b.queue() && isAtMost(a.outflow(), b.outflow());
        }
        if (one instanceof FixedWindow a && other instanceof FixedWindow b) {
            return a.window().equals(b.window()) && a.limit() <= b.limit();
        }
        if (one instanceof SlidingWindowCounter a && other instanceof SlidingWindowCounter b) {
            return a.periodMillis() == b.periodMillis() && a.limit() <= b.limit();
        }
        if (one instanceof SlidingWindowLog a && other instanceof SlidingWindowLog b) {
            return a.periodMillis() == b.periodMillis() && a.limit() <= b.limit();
        }
        return one instanceof Concurrency a
                && other instanceof Concurrency b
                && a.limit() <= b.limit()
                && a.ttlMillis() >= b.ttlMillis();
    }

    private static boolean isAtMost(Rate a, Rate b) {
        return BigInteger.valueOf(a.tokens())
                        .multiply(BigInteger.valueOf(b.periodMillis()))
                        .compareTo(BigInteger.valueOf(b.tokens()).multiply(BigInteger.valueOf(a.periodMillis())))
                <= 0;
    }
}
