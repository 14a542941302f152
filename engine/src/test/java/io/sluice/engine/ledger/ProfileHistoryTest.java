package io.sluice.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.controlplane.Author;
import io.sluice.engine.profile.AccountProfile;
import io.sluice.engine.profile.ProfileAction;
import io.sluice.engine.profile.ProfileCommand;
import io.sluice.engine.ruleset.AccessLists.Access;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.InvalidRulesetException;
import io.sluice.engine.ruleset.Limit;
import io.sluice.engine.ruleset.LimitOverride;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.ruleset.RulesetFixture;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Rules and profiles change at random; buckets are carried late, by chance, and come out as if carried at once. */
final class ProfileHistoryTest {
    private static final int SEEDS = 300;
    private static final int RECORDS = 400;
    private static final String ACCOUNT = "acme";
    private static final List<String> CLIENTS = List.of("acme", "acme/a", "acme/b");
    private static final List<String> LIMITS = List.of("a", "b", "c");

    private final Map<String, Long> counts = new HashMap<>();

    @Test
    void shouldAnswerLikeAnEagerModel_whenRulesAndProfilesChange() {
        for (long seed = 0; seed < SEEDS; seed++) {
            // Given
            Walk walk = new Walk(seed);

            // When / Then
            for (int i = 0; i < RECORDS; i++) {
                walk.step();
            }
            walk.assertHistoriesEqual();
        }
        for (String kind : List.of(
                "allowed",
                "denied",
                "SetTier",
                "SetOverride",
                "Reset",
                "Grant",
                "SetListing",
                "STALE_VERSION",
                "UNCHANGED",
                "UNKNOWN_LIMIT",
                "Repeated")) {
            assertThat(counts.getOrDefault(kind, 0L)).as(kind).isGreaterThan(SEEDS / 10);
        }
    }

    /** One history: a ledger that is never cleaned up, one that is at random, and the model. */
    private final class Walk {
        private final long seed;
        private final SplittableRandom random;
        private final LedgerHarness neglected = LedgerHarness.empty();
        private final LedgerHarness cleaned = LedgerHarness.empty();
        private final ProfileModel model = new ProfileModel(ACCOUNT);
        private long nowMillis = 1_700_000_000_000L;
        private long revision;
        private long sent;

        Walk(long seed) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
            activate();
        }

        void step() {
            nowMillis += random.nextInt(4) == 0 ? random.nextInt(3_000) : random.nextInt(60);
            int kind = random.nextInt(20);
            // So few that no bucket's past is forgotten: that is the one thing that may show.
            if (kind == 0 && revision < RulesetTimeline.REVISIONS_MAX) {
                activate();
            } else if (kind < 5 && neglected.store.profile(ACCOUNT).history().size() < AccountProfile.HISTORY_MAX) {
                change();
            } else {
                ask();
            }
            if (random.nextInt(3) == 0) {
                cleaned.cleanUp(random::nextBoolean);
            }
        }

        private void ask() {
            Admission admission = RulesetFixture.admission(one(CLIENTS), random.nextInt(0, 5));
            long offset = neglected.nextOffset();
            Outcome late = neglected.admit(nowMillis, admission);
            Outcome early = cleaned.admit(nowMillis, admission);
            assertThat(early).as("seed %d", seed).isEqualTo(late);
            counts.merge(late.allowed() ? "allowed" : "denied", 1L, Long::sum);
            if (late.listed() == null) {
                Map<String, Long> remaining = late.limits().stream()
                        .collect(Collectors.toMap(LimitOutcome::limitId, LimitOutcome::remaining));
                assertThat(remaining)
                        .as("seed %d at %d", seed, nowMillis)
                        .isEqualTo(model.remainingAfter(admission, nowMillis, offset));
            }
        }

        private void activate() {
            revision++;
            List<Map<String, Object>> limits = new ArrayList<>();
            for (String id : LIMITS) {
                if (random.nextInt(8) != 0) {
                    Map<String, Object> limit = fields();
                    limit.put("id", id);
                    limit.put("scope", id.equals("a") != (random.nextInt(10) == 0) ? "account" : "client");
                    limit.put("carryOver", one(List.of("additive", "proportional", "as-is", "reset")));
                    limits.add(limit);
                }
            }
            Map<String, Object> document = RulesetFixture.document(limits);
            document.put("tiers", List.of("free", "pro"));
            document.put("brownOut", RulesetFixture.tree("active", true, "tiers", List.of("free"), "scale", "50%"));
            Ruleset ruleset = RulesetFixture.compiled(revision, document);
            neglected.activate(nowMillis, ruleset);
            cleaned.activate(nowMillis, ruleset);
            model.activate(ruleset, nowMillis);
        }

        private Map<String, Object> fields() {
            long size = 3 + random.nextInt(20);
            String per = one(List.of("250ms", "1s", "7s"));
            Map<String, Object> window = Map.of("per", per);
            return switch (random.nextInt(4)) {
                case 0 -> RulesetFixture.tree("algorithm", "fixed-window", "limit", size, "window", window);
                case 1 -> RulesetFixture.tree("algorithm", "sliding-window-log", "limit", size, "window", window);
                case 2 -> RulesetFixture.tree("algorithm", "sliding-window-counter", "limit", size, "window", window);
                default ->
                    RulesetFixture.tree("rate", Map.of("tokens", 1 + random.nextInt(9), "per", per), "burst", size);
            };
        }

        private void change() {
            long version = neglected.store.profile(ACCOUNT).version();
            boolean stale = random.nextInt(8) == 0;
            ProfileCommand command = new ProfileCommand(
                    ACCOUNT,
                    "c-" + (random.nextInt(10) == 0 ? sent : ++sent),
                    stale ? Math.max(0, version - 1 - random.nextInt(2)) : version,
                    new Author("alice", "a test"),
                    action());
            ProfileResult result = neglected.change(nowMillis, command);
            assertThat(told(cleaned.change(nowMillis, command)))
                    .as("seed %d", seed)
                    .isEqualTo(told(result));
            if (result instanceof ProfileResult.Accepted accepted) {
                count(command.action().getClass().getSimpleName());
                assertThat(accepted.event().after().version()).isEqualTo(version + 1);
                follow(command.action());
            } else {
                count(
                        result instanceof ProfileResult.Refused refused
                                ? refused.refusal().name()
                                : "Repeated");
                assertThat(neglected.store.profile(ACCOUNT).version()).isEqualTo(version);
            }
        }

        private void count(String kind) {
            counts.merge(kind, 1L, Long::sum);
        }

        private void follow(ProfileAction action) {
            if (action instanceof ProfileAction.SetTier set) {
                model.change(model.settings.withTier(set.tier()), nowMillis);
            } else if (action instanceof ProfileAction.SetOverride set) {
                model.change(model.settings.with(set.limitId(), set.override()), nowMillis);
            } else if (action instanceof ProfileAction.Reset reset) {
                model.reset((limitId, scope) -> (reset.limitId() == null || limitId.equals(reset.limitId()))
                        && (reset.scope() == null || scope.equals(String.join("", reset.scope()))));
            } else if (action instanceof ProfileAction.Grant grant) {
                Limit limit = model.ruleset.limit(grant.limitId(), ACCOUNT, model.settings);
                model.grant(limit, String.join("", grant.scope()), grant.tokens(), nowMillis);
            }
        }

        private ProfileAction action() {
            String limitId = one(LIMITS);
            Limit limit = model.ruleset.limit(limitId, ACCOUNT, model.settings);
            boolean byClient = limit != null
                    && !limit.scope()
                            .valueIn(RulesetFixture.admission("acme", 0))
                            .isEmpty();
            List<String> scope = byClient ? List.of(one(CLIENTS)) : List.of();
            return switch (random.nextInt(6)) {
                case 0 -> new ProfileAction.SetTier(random.nextInt(3) == 0 ? null : one(List.of("free", "pro")));
                case 1 -> new ProfileAction.SetOverride(limitId, random.nextInt(4) == 0 ? null : override());
                case 2 ->
                    switch (random.nextInt(3)) {
                        case 0 -> new ProfileAction.Reset(null, null);
                        case 1 -> new ProfileAction.Reset(limitId, null);
                        default -> new ProfileAction.Reset(limitId, scope);
                    };
                case 3 -> new ProfileAction.SetListing(null);
                case 4 ->
                    ProfileAction.SetListing.of(
                            one(List.of(Access.ALLOW, Access.DENY)), nowMillis + random.nextInt(300), "");
                default -> new ProfileAction.Grant(limitId, scope, 1 + random.nextInt(6));
            };
        }

        private LimitOverride override() {
            Map<String, Object> fields = fields();
            try {
                return LimitOverride.compile(fields.toString(), fields);
            } catch (InvalidRulesetException e) {
                throw new AssertionError("the generator's override is invalid", e);
            }
        }

        void assertHistoriesEqual() {
            assertThat(cleaned.store.profiles()).as("seed %d", seed).isEqualTo(neglected.store.profiles());
            assertThat(cleaned.meaning()).as("seed %d", seed).isEqualTo(neglected.meaning());
        }

        private <T> T one(List<T> values) {
            return values.get(random.nextInt(values.size()));
        }
    }

    /** A result without the buckets that it writes: when one was last brought to the present may differ. */
    private static Object told(ProfileResult result) {
        return result instanceof ProfileResult.Accepted accepted
                ? List.of(accepted.event().after(), accepted.event().granted())
                : result;
    }
}
