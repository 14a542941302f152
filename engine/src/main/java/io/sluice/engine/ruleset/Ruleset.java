package io.sluice.engine.ruleset;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.penalty.PenaltyPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
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

    /** The prefix of accounts that front ends derive from the addresses of callers without a client ID. */
    public static final String ANONYMOUS_PREFIX = "anonymous:";

    private final long revision;
    private final Tiers tiers;
    private final DocumentAccounts accounts;
    private final BrownOut brownOut;
    private final AccessLists lists;
    private final CardinalityLimits cardinality;
    private final PathRules paths;
    private final EnvoyMapping envoy;
    private final PenaltyPolicy penalties;
    private final Set<String> addressAttributes;
    private final long idempotencyWindowMillis;
    private final List<Limit> limits;
    private final Map<String, Limit> limitById;
    private final boolean wide;
    private final Map<String, TierLimits> limitsByTier;

    /** The limits of one tier, as they count for it. Their index is made when it is needed. */
    private static final class TierLimits {
        private final List<Limit> limits;
        private final Map<String, Limit> byId;
        private volatile @Nullable LimitIndex index;

        TierLimits(List<Limit> limits, Map<String, Limit> byId) {
            this.limits = limits;
            this.byId = byId;
        }

        List<Limit> limits() {
            return limits;
        }

        Map<String, Limit> byId() {
            return byId;
        }

        LimitIndex index() {
            LimitIndex known = index;
            if (known == null) {
                known = LimitIndex.of(limits);
                index = known;
            }
            return known;
        }

        void forgetIndex() {
            index = null;
        }

        private static Map<String, Limit> byId(List<Limit> limits) {
            Map<String, Limit> byId = new HashMap<>();
            limits.forEach(limit -> byId.put(limit.id(), limit));
            return byId;
        }
    }

    Ruleset(long revision, Tiers tiers, DocumentAccounts accounts, Policies policies, List<Limit> limits) {
        this.revision = revision;
        this.tiers = tiers;
        this.accounts = accounts;
        this.brownOut = policies.brownOut();
        this.lists = policies.lists();
        this.paths = policies.paths();
        TierPriorities priorities = policies.priorities();
        this.envoy = policies.envoy();
        this.penalties = policies.penalties();
        this.addressAttributes = addressAttributes(limits, lists);
        this.idempotencyWindowMillis = policies.idempotencyWindowMillis();
        this.limits = List.copyOf(limits);
        this.limitById = TierLimits.byId(limits);
        this.wide = limits.stream().anyMatch(Limit::isWide);
        this.limitsByTier = new HashMap<>();
        for (String tier : tiers.names()) {
            List<Limit> ofTier = limits.stream()
                    .filter(limit -> limit.match().appliesToTier(tier))
                    .map(limit -> brownOut.applied(tier, limit.forTier(tier, priorities.of(tier))))
                    .toList();
            limitsByTier.put(tier, new TierLimits(ofTier, ofTier.equals(limits) ? limitById : TierLimits.byId(ofTier)));
        }
        this.cardinality = limits.stream().anyMatch(policies.cardinality()::bounds)
                ? policies.cardinality().over(variants())
                : policies.cardinality();
    }

    /** Every limit in every way in which it counts for some account. */
    private List<Limit> variants() {
        List<Limit> variants = new ArrayList<>(limits);
        limitsByTier.values().forEach(ofTier -> variants.addAll(ofTier.limits()));
        accounts.visitOverrides((account, id) ->
                variants.add(Objects.requireNonNull(limit(id, account), "overrides are of limits that exist")));
        return variants;
    }

    private static Set<String> addressAttributes(List<Limit> limits, AccessLists lists) {
        Set<String> names = new TreeSet<>(lists.addressAttributes());
        for (Limit limit : limits) {
            limit.match().attributes().forEach((name, expected) -> {
                if (expected instanceof ValueMatch.InRanges) {
                    names.add(name);
                }
            });
        }
        return names;
    }

    /** What holds for the whole ruleset. */
    record Policies(
            long idempotencyWindowMillis,
            BrownOut brownOut,
            AccessLists lists,
            CardinalityLimits cardinality,
            PathRules paths,
            TierPriorities priorities,
            EnvoyMapping envoy,
            PenaltyPolicy penalties) {}

    /** The ruleset of a partition that has not been given one: no limits. */
    public static Ruleset none() {
        Policies policies = new Policies(
                RulesetCompiler.IDEMPOTENCY_WINDOW_MILLIS,
                BrownOut.OFF,
                AccessLists.NONE,
                CardinalityLimits.OFF,
                PathRules.STANDARD,
                TierPriorities.ANY,
                EnvoyMapping.STANDARD,
                PenaltyPolicy.NONE);
        return new Ruleset(NO_REVISION, Tiers.standard(), DocumentAccounts.NONE, policies, List.of());
    }

    public long revision() {
        return revision;
    }

    /**
     * Frees the memory that only matching needs. A ruleset that is no longer in force still carries buckets over, but
     * is hardly matched any more; if it is, it takes that memory again.
     */
    public void rest() {
        limitsByTier.values().forEach(TierLimits::forgetIndex);
    }

    /** Every limit as the document has it, in its order. */
    public List<Limit> limits() {
        return limits;
    }

    /** Whether any limit's buckets are shared by all accounts. */
    public boolean hasWideLimits() {
        return wide;
    }

    /** What the descriptors of an Envoy mean; no verdict depends on it. */
    public EnvoyMapping envoy() {
        return envoy;
    }

    public long idempotencyWindowMillis() {
        return idempotencyWindowMillis;
    }

    /** Which callers are let through or kept out whatever the limits say. */
    public AccessLists lists() {
        return lists;
    }

    /**
     * Whether an attribute that this ruleset compares with address ranges holds something else, so that no range
     * matches it.
     */
    public boolean hasUnreadableAddress(Admission admission) {
        for (String name : addressAttributes) {
            String value = admission.attributes().get(name);
            if (value != null && IpAddress.read(value) == null) {
                return true;
            }
        }
        return false;
    }

    /** The admission with its path as this ruleset reads it. */
    public Admission asRead(Admission admission) {
        RoutePath path = paths.applied(admission.path());
        return path == admission.path() ? admission : admission.at(path);
    }

    /** The penalties of clients and accounts that are refused again and again. */
    public PenaltyPolicy penalties() {
        return penalties;
    }

    /** What scales down the limits of some tiers. */
    public BrownOut brownOut() {
        return brownOut;
    }

    /** How many new buckets may be created. */
    public CardinalityLimits cardinality() {
        return cardinality;
    }

    /** Whether the document names the account. */
    public boolean isListed(String account) {
        return accounts.names(account);
    }

    public String tierOf(String account) {
        return tierOf(account, AccountSettings.NONE);
    }

    /** The account's tier, as its profile has it if there is such a tier, otherwise as the document has it. */
    public String tierOf(String account, AccountSettings settings) {
        if (settings.tier() != null && limitsByTier.containsKey(settings.tier())) {
            return settings.tier();
        }
        String overflowTier = Scope.tierOfOverflow(account);
        if (overflowTier != null) {
            return tiers.names().contains(overflowTier) ? overflowTier : tiers.defaultTier();
        }
        String listedTier = accounts.tier(account);
        return listedTier == null ? tiers.ofUnlisted(account) : listedTier;
    }

    /** The names of its tiers, in the order of the document. */
    public List<String> tiers() {
        return List.copyOf(tiers.names());
    }

    /** The names of its tiers, for error messages: {@code one of free, pro}. */
    public String tierExpectation() {
        return tiers.expectation();
    }

    public boolean hasTier(String tier) {
        return limitsByTier.containsKey(tier);
    }

    /**
     * A limit as it counts for the account, whether or not it applies to its tier; null if there is none of that name.
     */
    public @Nullable Limit limit(String id, String account) {
        return limit(id, account, AccountSettings.NONE);
    }

    /** The same under the account's own settings. */
    public @Nullable Limit limit(String id, String account, AccountSettings settings) {
        if (Limit.isOverage(id)) {
            Limit counted = limit(Limit.withoutOverage(id), account, settings);
            return counted == null ? null : counted.overage();
        }
        Limit ofTier = ofTier(account, settings).byId().get(id);
        return overridden(ofTier == null ? limitById.get(id) : ofTier, account, settings);
    }

    /** The limits that apply to the account, whatever the route, in the order of the document. */
    public List<Limit> limitsOf(String account) {
        return limitsOf(account, AccountSettings.NONE);
    }

    /** The same under the account's own settings. */
    public List<Limit> limitsOf(String account, AccountSettings settings) {
        return overridden(ofTier(account, settings).limits(), account, settings);
    }

    /** The limits that apply to the admission, in the order of the document. */
    public List<Limit> limitsFor(Admission admission) {
        return limitsFor(admission, AccountSettings.NONE);
    }

    /** The same under the account's own settings. */
    public List<Limit> limitsFor(Admission admission, AccountSettings settings) {
        String account = admission.account();
        return overridden(ofTier(account, settings).index().matching(asRead(admission)), account, settings);
    }

    /** Whether the document overrides this limit for this account. */
    public boolean isOverridden(String limitId, String account) {
        return accounts.overrides(account).containsKey(limitId);
    }

    private TierLimits ofTier(String account, AccountSettings settings) {
        return Objects.requireNonNull(
                limitsByTier.get(tierOf(account, settings)), "every account has a tier of the document");
    }

    private List<Limit> overridden(List<Limit> ofTier, String account, AccountSettings settings) {
        if (accounts.overrides(account).isEmpty() && settings.overrides().isEmpty()) {
            return ofTier;
        }
        List<Limit> overridden = new ArrayList<>(ofTier.size());
        for (Limit limit : ofTier) {
            overridden.add(Objects.requireNonNull(overridden(limit, account, settings)));
        }
        return overridden;
    }

    private @Nullable Limit overridden(@Nullable Limit ofTier, String account, AccountSettings settings) {
        Algorithm override = ofTier == null ? null : override(ofTier.id(), account, settings);
        return ofTier == null || override == null
                ? ofTier
                : brownOut.applied(tierOf(account, settings), ofTier.with(override));
    }

    private @Nullable Algorithm override(String limitId, String account, AccountSettings settings) {
        LimitOverride own = settings.overrides().get(limitId);
        if (own != null) {
            return own.algorithm();
        }
        return accounts.overrides(account).get(limitId);
    }
}
