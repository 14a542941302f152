package io.sluice.engine.ledger;

import io.sluice.engine.state.HoldOutcome;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A partition with holds written down from its definition, for one ruleset: plain lists of charges that are looked
 * through for every request, and holds that end at their very moment.
 *
 * <p>Slow, and on purpose nothing like the engine: no state is carried from one request to the next but what was
 * charged when. What was given back was never charged.
 */
final class HoldModel {
    enum Kind {
        TOKENS,
        FIXED,
        LOG,
        COUNTER,
        SLOTS
    }

    /**
     * One limit.
     *
     * @param tokens for a token bucket, how many flow back in each period
     * @param overdraft how far beyond its size what is done may go
     */
    record Rule(String id, boolean byClient, Kind kind, long size, long tokens, long periodMillis, long overdraft) {
        /** Only of a level is it plain what a refund undoes. */
        boolean refunds() {
            return kind == Kind.TOKENS;
        }
    }

    private static final class Charge {
        final long atMillis;
        final long offset;
        long tokens;

        Charge(long atMillis, long offset, long tokens) {
            this.atMillis = atMillis;
            this.offset = offset;
            this.tokens = tokens;
        }
    }

    private static final class Bucket {
        final List<Charge> charges = new ArrayList<>();
    }

    static final class Hold {
        final String clientId;
        final long offset;
        final boolean slots;
        final long cost;
        final long expiresAtMillis;
        long endedAtMillis = -1;
        long kept;
        HoldOutcome end;

        Hold(String clientId, long offset, boolean slots, long cost, long expiresAtMillis) {
            this.clientId = clientId;
            this.offset = offset;
            this.slots = slots;
            this.cost = cost;
            this.expiresAtMillis = expiresAtMillis;
        }
    }

    record Answer(boolean allowed, List<Long> remaining, long reservedUntilMillis, long slotsUntilMillis) {}

    final List<Hold> holds = new ArrayList<>();
    private final List<Rule> rules;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>();

    HoldModel(List<Rule> rules) {
        this.rules = rules;
    }

    private Bucket bucket(Rule rule, String clientId) {
        String scope = rule.byClient() ? clientId : clientId.split("/", -1)[0];
        return buckets.computeIfAbsent(rule.id() + " " + scope, absent -> new Bucket());
    }

    /** Ends every hold whose time is over, each at its own moment. */
    void passTo(long nowMillis) {
        holds.stream()
                .filter(hold -> hold.endedAtMillis < 0 && hold.expiresAtMillis <= nowMillis)
                .sorted(Comparator.comparingLong((Hold hold) -> hold.expiresAtMillis)
                        .thenComparingLong(hold -> hold.offset))
                .forEach(hold -> end(hold, HoldOutcome.EXPIRED, 0, hold.expiresAtMillis));
    }

    private void end(Hold hold, HoldOutcome outcome, long kept, long atMillis) {
        hold.end = outcome;
        hold.kept = kept;
        hold.endedAtMillis = atMillis;
        if (hold.slots && outcome == HoldOutcome.EXPIRED) {
            return;
        }
        for (Rule rule : rules) {
            if ((rule.kind() == Kind.SLOTS) == hold.slots) {
                Bucket bucket = bucket(rule, hold.clientId);
                bucket.charges.stream()
                        .filter(charge -> charge.offset == hold.offset)
                        .forEach(charge -> charge.tokens -= hold.cost - kept);
            }
        }
    }

    Answer ask(String clientId, long cost, long reserveMillis, long offset, long nowMillis) {
        boolean allowed = rules.stream().allMatch(rule -> cost == 0 || cost <= remaining(rule, clientId, nowMillis));
        long reservedUntil = 0;
        long slotsUntil = 0;
        if (allowed) {
            for (Rule rule : rules) {
                Bucket bucket = bucket(rule, clientId);
                if (cost > 0) {
                    bucket.charges.add(new Charge(nowMillis, offset, cost));
                }
                slotsUntil = rule.kind() == Kind.SLOTS && cost > 0 ? nowMillis + rule.periodMillis() : slotsUntil;
            }
            if (reserveMillis > 0) {
                reservedUntil = nowMillis + reserveMillis;
                holds.add(new Hold(clientId, offset, false, cost, reservedUntil));
            }
            if (slotsUntil > 0) {
                holds.add(new Hold(clientId, offset, true, cost, slotsUntil));
            }
        }
        return new Answer(allowed, remaining(clientId, nowMillis), reservedUntil, slotsUntil);
    }

    /** Charges what is done already. */
    List<Long> charge(String clientId, long cost, long nowMillis) {
        for (Rule rule : rules) {
            if (rule.kind() != Kind.SLOTS) {
                charge(rule, clientId, cost, nowMillis);
            }
        }
        return remaining(clientId, nowMillis);
    }

    private void charge(Rule rule, String clientId, long cost, long nowMillis) {
        long tokens = Math.min(cost, Math.max(0, balance(rule, clientId, nowMillis) + rule.overdraft()));
        bucket(rule, clientId).charges.add(new Charge(nowMillis, /* offset= */ -1, tokens));
    }

    List<Long> refund(String clientId, long cost, long nowMillis) {
        for (Rule rule : rules) {
            if (rule.refunds()) {
                bucket(rule, clientId).charges.add(new Charge(nowMillis, /* offset= */ -1, -cost));
            }
        }
        return remaining(clientId, nowMillis);
    }

    /** Whether a client may keep more than it holds. */
    boolean mayKeepMore(Hold hold) {
        return hold.cost > 0
                && !hold.slots
                && rules.stream().anyMatch(rule -> rule.kind() != Kind.SLOTS && rule.overdraft() > 0);
    }

    /** The hold of this name that belongs to the client, whatever became of it. */
    @Nullable Hold hold(long offset, boolean slots, String clientId) {
        return holds.stream()
                .filter(hold -> hold.offset == offset && hold.slots == slots && hold.clientId.equals(clientId))
                .findFirst()
                .orElse(null);
    }

    void settle(Hold hold, HoldOutcome outcome, long kept, long nowMillis) {
        end(hold, outcome, Math.min(kept, hold.cost), nowMillis);
        hold.kept = kept;
        if (kept > hold.cost) {
            charge(hold.clientId, kept - hold.cost, nowMillis);
        }
    }

    List<Long> remaining(String clientId, long nowMillis) {
        return rules.stream().map(rule -> remaining(rule, clientId, nowMillis)).toList();
    }

    long remaining(Rule rule, String clientId, long nowMillis) {
        return Math.max(0, balance(rule, clientId, nowMillis));
    }

    /** Tokens left, below 0 where more was taken than there was. */
    private long balance(Rule rule, String clientId, long nowMillis) {
        Bucket bucket = bucket(rule, clientId);
        long period = rule.periodMillis();
        return switch (rule.kind()) {
            case TOKENS -> tokensLeft(rule, bucket, nowMillis);
            case FIXED -> rule.size() - taken(bucket, charge -> charge.atMillis / period == nowMillis / period);
            case LOG, SLOTS -> rule.size() - taken(bucket, charge -> charge.atMillis + period > nowMillis);
            case COUNTER -> {
                long current = taken(bucket, charge -> charge.atMillis / period == nowMillis / period);
                long previous = taken(bucket, charge -> charge.atMillis / period == nowMillis / period - 1);
                long weight = period - nowMillis % period;
                // Above the fraction line everything is whole: floor((size - current) - previous * weight / period).
                yield Math.floorDiv((rule.size() - current) * period - previous * weight, period);
            }
        };
    }

    private static long taken(Bucket bucket, java.util.function.Predicate<Charge> counts) {
        return bucket.charges.stream()
                .filter(counts)
                .mapToLong(charge -> charge.tokens)
                .sum();
    }

    /** The level after everything that was ever charged, from a full bucket on, in parts of 1/period token. */
    private static long tokensLeft(Rule rule, Bucket bucket, long nowMillis) {
        BigInteger period = BigInteger.valueOf(rule.periodMillis());
        BigInteger full = BigInteger.valueOf(rule.size()).multiply(period);
        BigInteger level = full;
        long atMillis = 0;
        for (Charge charge : bucket.charges) {
            level = level.add(BigInteger.valueOf((charge.atMillis - atMillis) * rule.tokens()))
                    .min(full)
                    .subtract(BigInteger.valueOf(charge.tokens).multiply(period))
                    .min(full);
            atMillis = charge.atMillis;
        }
        BigInteger now = level.add(BigInteger.valueOf((nowMillis - atMillis) * rule.tokens()))
                .min(full);
        return now.subtract(now.mod(period)).divide(period).longValueExact();
    }
}
