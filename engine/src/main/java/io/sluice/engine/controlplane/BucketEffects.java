package io.sluice.engine.controlplane;

import io.sluice.engine.ledger.RulesetTimeline;
import io.sluice.engine.ruleset.InvalidRulesetException;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.ruleset.RulesetCompiler;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The effects of a change of rules on the buckets of each limit, described for its author.
 *
 * <p>It describes limits as the documents have them. Accounts whose tier or own numbers change are carried over in the
 * same way.
 */
public final class BucketEffects {
    private static final long KEPT_DAYS = RulesetTimeline.ABSENCE_MILLIS_MAX / 86_400_000;

    private BucketEffects() {}

    /** The effect of a change on the buckets of one limit. */
    public record Effect(String limitId, String effect) {}

    /**
     * The effects on limits that differ, in the order of the documents; a document that does not compile has no limits.
     */
    public static List<Effect> between(@Nullable Object before, @Nullable Object after) {
        Map<String, Limit> old = limits(before);
        Map<String, Limit> next = limits(after);
        List<Effect> effects = new ArrayList<>();
        old.forEach((id, limit) -> {
            if (!next.containsKey(id)) {
                effects.add(new Effect(
                        id, "removed or off: its buckets are kept for " + KEPT_DAYS + " days and come back with it"));
            }
        });
        next.forEach((id, limit) -> {
            Limit was = old.get(id);
            String effect = was == null ? begun() : changed(was, limit);
            if (effect != null) {
                effects.add(new Effect(id, effect));
            }
        });
        return effects;
    }

    private static Map<String, Limit> limits(@Nullable Object document) {
        Map<String, Limit> limits = new LinkedHashMap<>();
        if (document != null) {
            try {
                RulesetCompiler.compile(1, document).limits().forEach(limit -> limits.put(limit.id(), limit));
            } catch (InvalidRulesetException e) {
                return Map.of();
            }
        }
        return limits;
    }

    private static String begun() {
        return "added: every bucket begins full; what was in use comes back if the limit was there within the last "
                + KEPT_DAYS + " days";
    }

    private static String ofTiers(Limit was, Limit is) {
        Set<String> tiers = new TreeSet<>(was.byTier().keySet());
        tiers.addAll(is.byTier().keySet());
        tiers.removeIf(
                tier -> Objects.equals(was.byTier().get(tier), is.byTier().get(tier)));
        return "other numbers for " + String.join(", ", tiers) + ": carried over by carryOver "
                + is.carryOver().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static @Nullable String changed(Limit was, Limit is) {
        if (!was.scope().equals(is.scope())) {
            return "another scope: every bucket begins full";
        }
        if (was.algorithm().equals(is.algorithm())) {
            return was.byTier().equals(is.byTier()) ? null : ofTiers(was, is);
        }
        return switch (is.carryOver()) {
            case ADDITIVE ->
                was.algorithm().capacity() > is.algorithm().capacity()
                        ? "carryOver additive: tokens in use stay in use, up to the new capacity of "
                                + is.algorithm().capacity()
                        : "carryOver additive: tokens in use stay in use";
            case PROPORTIONAL -> "carryOver proportional: the same share stays in use";
            case AS_IS -> "carryOver as-is: the tokens that are left stay, as far as they fit";
            case RESET -> "carryOver reset: every bucket begins full";
        };
    }
}
