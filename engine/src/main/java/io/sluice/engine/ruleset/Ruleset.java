package io.sluice.engine.ruleset;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A compiled ruleset: every limit, tier and account of one revision, indexed for matching. Immutable.
 *
 * <p>Limits keep the order of the document; that order breaks ties between limits that refuse equally long.
 */
public final class Ruleset {
    /** The revision of a partition that has not been given a ruleset yet. */
    public static final long NO_REVISION = 0;
    /** The tier that a document without tiers gives to every account. */
    public static final String STANDARD_TIER = "standard";

    private final long revision;
    private final String defaultTier;
    private final Map<String, String> tierByAccount;
    private final long idempotencyWindowMillis;
    private final List<Limit> limits;
    private final Map<String, Limit> limitById;
    private final Map<String, List<Limit>> limitsByTier;
    private final Map<String, LimitIndex> indexByTier;

    Ruleset(
            long revision,
            Tiers tiers,
            Map<String, String> tierByAccount,
            long idempotencyWindowMillis,
            List<Limit> limits) {
        this.revision = revision;
        this.defaultTier = tiers.defaultTier();
        this.tierByAccount = Map.copyOf(tierByAccount);
        this.idempotencyWindowMillis = idempotencyWindowMillis;
        this.limits = List.copyOf(limits);
        this.limitById = new HashMap<>();
        limits.forEach(limit -> limitById.put(limit.id(), limit));
        this.limitsByTier = new HashMap<>();
        for (String tier : tiers.names()) {
            limitsByTier.put(
                    tier,
                    limits.stream()
                            .filter(limit -> limit.match().appliesToTier(tier))
                            .toList());
        }
        this.indexByTier = new HashMap<>();
        limitsByTier.forEach((tier, ofTier) -> indexByTier.put(tier, LimitIndex.of(ofTier)));
    }

    /** The ruleset of a partition that has not been given one: no limits. */
    public static Ruleset none() {
        return new Ruleset(
                NO_REVISION, Tiers.standard(), Map.of(), RulesetCompiler.IDEMPOTENCY_WINDOW_MILLIS, List.of());
    }

    public long revision() {
        return revision;
    }

    public List<Limit> limits() {
        return limits;
    }

    public long idempotencyWindowMillis() {
        return idempotencyWindowMillis;
    }

    public @Nullable Limit limit(String id) {
        return limitById.get(id);
    }

    public String tierOf(String account) {
        return tierByAccount.getOrDefault(account, defaultTier);
    }

    /** The limits that apply to accounts of {@code tier}, whatever the route. */
    public List<Limit> limitsOfTier(String tier) {
        return limitsByTier.getOrDefault(tier, List.of());
    }

    /** The limits that apply to the admission, in the order of the document. */
    public List<Limit> limitsFor(Admission admission) {
        LimitIndex index = indexByTier.get(tierOf(admission.account()));
        return index == null ? List.of() : index.matching(admission);
    }
}
