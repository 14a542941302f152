package io.sluice.api.traffic;

import io.sluice.schemas.reply.LimitStatus;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The use of one limit in the last minutes: how many answers there were, how many it refused, and how much of their
 * buckets accounts use.
 *
 * <p>It keeps an even sample of the accounts: those with the smallest hashes. While there is room, that is all of
 * them. After that, the largest kept hash gives an estimate of the number of accounts.
 */
final class LimitUse {
    /** How many accounts are sampled. */
    static final int ACCOUNTS_MAX = 100;

    private static final int STEPS = 10;
    private static final int KINDS = 3;
    private static final int PER_MILLE = 1_000;

    private final LongAdder answered = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder shadowRefused = new LongAdder();
    /** Sums at the ends of the last steps; the oldest is overwritten next. */
    private final long[][] past = new long[STEPS][KINDS];

    private int oldest;

    private final Map<Long, Seen> sample = new ConcurrentHashMap<>();
    /** Accounts with a smaller hash are in the sample, or belong there. */
    private volatile long ceiling = Long.MAX_VALUE;

    /** One account. Threads may overwrite each other's values, since each of them was true. */
    private static final class Seen {
        private volatile long atMillis;
        private volatile long usedPerMille;
        private volatile long nearAtMillis = Long.MIN_VALUE;

        /**
         * Writes only if a value differs, because threads that answer for one hot account would otherwise slow each
         * other down.
         */
        void note(long nowUsedPerMille, long nowMillis) {
            if (atMillis != nowMillis) {
                atMillis = nowMillis;
            }
            if (usedPerMille != nowUsedPerMille) {
                usedPerMille = nowUsedPerMille;
            }
            if (nowUsedPerMille >= LimitTraffic.NEAR_PER_MILLE && nearAtMillis != nowMillis) {
                nearAtMillis = nowMillis;
            }
        }
    }

    /**
     * What is known.
     *
     * @param refused answers in which the limit refused, and was enforced
     * @param shadowRefused answers in which it would have refused
     * @param accounts how many accounts there were; an estimate if not all are sampled
     * @param sampled how many are in the sample
     * @param near how many of these used most of a bucket
     * @param usedPerMille the mean of what each of these used of a bucket in its last answer
     */
    record Counts(
            long answered, long refused, long shadowRefused, long accounts, int sampled, int near, long usedPerMille) {}

    /**
     * Takes one answer.
     *
     * @param accountHash evenly spread, and not negative
     */
    void take(long accountHash, LimitStatus status, long nowMillis) {
        answered.increment();
        if (status.refused()) {
            (status.enforced() ? refused : shadowRefused).increment();
        }
        if (accountHash > ceiling) {
            return;
        }
        Seen seen = sample.get(accountHash);
        if (seen == null) {
            seen = admitted(accountHash);
        }
        seen.note(usedPerMille(status), nowMillis);
    }

    private static long usedPerMille(LimitStatus status) {
        long used = Math.max(0, status.limit() - status.remaining());
        return status.limit() <= 0 ? PER_MILLE : (long) ((double) used / status.limit() * PER_MILLE);
    }

    private synchronized Seen admitted(long accountHash) {
        Seen seen = sample.computeIfAbsent(accountHash, absent -> new Seen());
        if (sample.size() > ACCOUNTS_MAX) {
            sample.remove(Collections.max(sample.keySet()));
            ceiling = Collections.max(sample.keySet());
        }
        return seen;
    }

    /** Ends a step. */
    synchronized void endStep() {
        past[oldest] = now();
        oldest = (oldest + 1) % STEPS;
    }

    private long[] now() {
        return new long[] {answered.sum(), refused.sum(), shadowRefused.sum()};
    }

    /** Forgets accounts that were not seen since then; those that come next take their places. */
    synchronized void forgetBefore(long millis) {
        sample.values().removeIf(seen -> seen.atMillis < millis);
        if (sample.size() < ACCOUNTS_MAX) {
            ceiling = Long.MAX_VALUE;
        }
    }

    /** What came since the oldest step began. */
    synchronized Counts counts(long sinceMillis) {
        long[] now = now();
        long[] then = past[oldest];
        int near = (int) sample.values().stream()
                .filter(seen -> seen.nearAtMillis >= sinceMillis)
                .count();
        int sampled = sample.size();
        long used =
                sample.values().stream().mapToLong(seen -> seen.usedPerMille).sum();
        long accounts = sampled < ACCOUNTS_MAX
                ? sampled
                : Math.max(sampled, Math.round((sampled - 1) / ((double) ceiling / Long.MAX_VALUE)));
        return new Counts(
                now[0] - then[0],
                now[1] - then[1],
                now[2] - then[2],
                accounts,
                sampled,
                near,
                sampled == 0 ? 0 : used / sampled);
    }
}
