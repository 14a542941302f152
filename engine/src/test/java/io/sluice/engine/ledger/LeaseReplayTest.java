package io.sluice.engine.ledger;

import static io.sluice.engine.ruleset.RulesetFixture.admission;
import static io.sluice.engine.ruleset.RulesetFixture.limit;
import static io.sluice.engine.ruleset.RulesetFixture.ruleset;
import static io.sluice.engine.ruleset.RulesetFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.HoldOutcome;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * A lease is nothing new to a bucket: lending and taking back leaves what a reservation and its commit leave, and a
 * lease that nobody tells of what a plain admission of its tokens leaves. An admission with a lease beside its verdict
 * leaves what one reservation of both leaves.
 */
final class LeaseReplayTest {
    private static final int SEEDS = 2_000;
    private static final int RECORDS = 60;
    private static final long TTL = 40;

    private static Ruleset rules() {
        return ruleset(
                1,
                limit("bucket", 7, "100ms", 60),
                tree(
                        "id",
                        "log",
                        "scope",
                        "account",
                        "algorithm",
                        "sliding-window-log",
                        "limit",
                        90,
                        "window",
                        tree("per", "300ms")),
                tree(
                        "id",
                        "counter",
                        "scope",
                        "account",
                        "algorithm",
                        "sliding-window-counter",
                        "limit",
                        80,
                        "window",
                        tree("per", "250ms")));
    }

    /**
     * A lease.
     *
     * @param own what the request took beside which it was lent; 0 if it was asked for by itself
     */
    private record Lent(long offset, String clientId, long own, long tokens, long endMillis) {}

    /** How often each thing happened in all histories. */
    private static final class Counted {
        private long lent;
        private long returned;
        private long besides;
        private long comings;
    }

    @Test
    void shouldLeaveTheBucketsOfReservations_whenHistoriesAreRandom() {
        // When / Then
        Counted counted = compare(rules());
        assertThat(counted.lent).isGreaterThan(SEEDS);
        assertThat(counted.returned).isGreaterThan(SEEDS);
        assertThat(counted.besides).isGreaterThan(SEEDS);
    }

    @Test
    void shouldLeaveTheBucketsOfWaitingReservations_whenTokensAreLentThatCome() {
        // When / Then: a bucket that flows back in the time of a lease
        Counted counted = compare(ruleset(1, limit("bucket", 20, "100ms", 10)));
        assertThat(counted.comings).isGreaterThan(SEEDS / 4);
        assertThat(counted.returned).isGreaterThan(SEEDS);
    }

    private static Counted compare(Ruleset rules) {
        Counted counted = new Counted();
        for (long seed = 0; seed < SEEDS; seed++) {
            // Given
            SplittableRandom random = new SplittableRandom(seed);
            LedgerHarness leasing = LedgerHarness.with(rules);
            LedgerHarness reserving = LedgerHarness.with(rules);
            List<Lent> open = new ArrayList<>();
            long nowMillis = 1_000;
            for (int i = 0; i < RECORDS; i++) {
                nowMillis += random.nextInt(15);
                String clientId = "acme/" + random.nextInt(2);
                long now = nowMillis;
                // What nobody told of is spent: there, a commit of all of it just before it would expire.
                open.removeIf(lease -> isSpent(lease, now, reserving));
                int dice = random.nextInt(10);
                if (dice < 2) {
                    Admission request = admission(clientId, 1 + random.nextInt(8));
                    long offset = leasing.nextOffset();

                    // When
                    long overMillis = random.nextInt(2) * random.nextLong(TTL + 1);
                    Lending beside = leasing.lends(
                            now,
                            new LeaseDemand(request, 1 + random.nextInt(20), TTL, /* roadMillis= */ 0, overMillis));

                    // Then
                    if (beside.tokens() == 0) {
                        reserving.admit(now, request);
                    } else {
                        // Tokens that are still to come are those of an admission that waits for them.
                        Admission both = request.costing(request.cost() + beside.tokens())
                                .reserving(TTL)
                                .waiting(beside.overMillis());
                        counted.comings += beside.overMillis() > 0 ? 1 : 0;
                        assertThat(reserving.admit(now, both).allowed())
                                .as("seed %s, lease %s", seed, offset)
                                .isTrue();
                        open.add(new Lent(offset, clientId, request.cost(), beside.tokens(), now + TTL));
                        counted.besides++;
                    }
                } else if (dice < 4) {
                    // When
                    LeaseDemand ask = new LeaseDemand(admission(clientId, random.nextInt(8)), random.nextInt(20), TTL);
                    long offset = leasing.nextOffset();
                    LeaseResult lease = leasing.lease(now, ask);
                    if (lease.tokens() == 0) {
                        leasing.admit(now, admission(clientId, 0));
                        reserving.admit(now, admission(clientId, 0));
                        reserving.admit(now, admission(clientId, 0));
                        continue;
                    }
                    Admission same = admission(clientId, lease.tokens()).reserving(TTL);
                    Outcome outcome = reserving.admit(now, same);

                    // Then
                    assertThat(outcome.allowed())
                            .as("seed %s, lease %s", seed, offset)
                            .isTrue();
                    assertThat(lease.decided().outcome().limits())
                            .as("seed %s, lease %s", seed, offset)
                            .isEqualTo(outcome.limits());
                    open.add(new Lent(offset, clientId, 0, lease.tokens(), now + TTL));
                    counted.lent++;
                } else if (dice < 7 && !open.isEmpty()) {
                    Lent lease = open.remove(random.nextInt(open.size()));
                    long spent = random.nextLong(lease.tokens() + 1);
                    long kept = lease.own() + spent;
                    assertThat(end(leasing, now, lease, HoldKind.LEASE, HoldOutcome.RETURNED, spent))
                            .as("seed %s, end of lease %s", seed, lease.offset())
                            .isEqualTo(end(reserving, now, lease, HoldKind.RESERVATION, HoldOutcome.COMMITTED, kept));
                    counted.returned++;
                } else {
                    Admission plain = admission(clientId, random.nextInt(6));
                    assertThat(leasing.admit(now, plain))
                            .as("seed %s, record %s", seed, i)
                            .isEqualTo(reserving.admit(now, plain));
                }
                assertThat(buckets(leasing)).as("seed %s, record %s", seed, i).isEqualTo(buckets(reserving));
            }
        }
        return counted;
    }

    private static boolean isSpent(Lent lease, long nowMillis, LedgerHarness reserving) {
        if (lease.endMillis() > nowMillis) {
            return false;
        }
        HoldKey key = new HoldKey("acme", HoldKind.RESERVATION, lease.offset());
        // The commit carries no time of its own here: it is applied as of the moment before the expiry.
        HoldAction all = new HoldAction(key, lease.clientId(), HoldOutcome.COMMITTED, lease.own() + lease.tokens());
        HoldResult result = reserving.ledger.decide(all, Math.max(lease.endMillis() - 1, 0));
        if (result instanceof HoldResult.Ended ended) {
            reserving.ledger.apply(ended.changes());
        }
        return true;
    }

    private static List<LimitOutcome> end(
            LedgerHarness harness, long nowMillis, Lent lease, HoldKind kind, HoldOutcome outcome, long spent) {
        HoldKey key = new HoldKey("acme", kind, lease.offset());
        HoldResult result = harness.settle(nowMillis, new HoldAction(key, lease.clientId(), outcome, spent));
        return ((HoldResult.Ended) result).settlement().limits();
    }

    private static Object buckets(LedgerHarness harness) {
        LedgerHarness clean = harness.restored();
        clean.cleanUp(() -> true);
        clean.cleanUp(() -> true);
        return clean.store.buckets();
    }
}
