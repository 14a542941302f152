package io.sluice.api.traffic;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.VerdictDetails;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The answers of this front end in the last ten minutes, limit by limit.
 *
 * <p>Bounded: {@link #LIMITS_MAX} limits, and a sample of the accounts of each. Limits beyond that are counted as
 * untracked until others have been silent for ten minutes.
 */
final class LimitTraffic {
    static final int LIMITS_MAX = 10_000;
    /** From this share of its bucket on, an account is near a limit. */
    static final int NEAR_PER_MILLE = 800;

    static final long WINDOW_MILLIS = 600_000;
    private static final long STEP_MILLIS = 60_000;

    private final Map<String, LimitUse> limits = new ConcurrentHashMap<>();
    private final LongAdder untracked = new LongAdder();
    /** Random, so that nobody can choose names with small hashes. */
    private final long seed = UUID.randomUUID().getMostSignificantBits();
    /** A coarse time, so that an answer need not read a clock. */
    private volatile long nowMillis;

    private long stepEndMillis;

    /** A limit, and what is known of it. */
    record Row(String id, LimitUse.Counts counts) {}

    LimitTraffic(MeterRegistry registry, long nowMillis) {
        this.nowMillis = nowMillis;
        this.stepEndMillis = nowMillis + STEP_MILLIS;
        Gauge.builder("sluice.http.limits.tracked", limits, Map::size)
                .description("Limits whose answers of the last ten minutes are counted for the console")
                .register(registry);
        Gauge.builder("sluice.http.limits.tracked.max", () -> LIMITS_MAX)
                .description("Limits whose answers may be counted for the console")
                .register(registry);
        FunctionCounter.builder("sluice.http.limits.untracked", untracked, LongAdder::sum)
                .description("Answers of limits beyond those that are counted for the console")
                .register(registry);
    }

    /** Takes what an answer says of each limit that applied. */
    void take(String account, @Nullable VerdictDetails details) {
        if (details == null || details.limits().isEmpty() || details.replayed()) {
            return;
        }
        long hash = hash(account);
        long now = nowMillis;
        for (LimitStatus status : details.limits()) {
            LimitUse use = limits.get(status.id());
            if (use == null) {
                if (limits.size() >= LIMITS_MAX) {
                    untracked.increment();
                    continue;
                }
                use = limits.computeIfAbsent(status.id(), absent -> new LimitUse());
            }
            use.take(hash, status, now);
        }
    }

    /** Evenly spread, and not negative. */
    private long hash(String account) {
        long hash = seed;
        for (int i = 0; i < account.length(); i++) {
            hash = (hash ^ account.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        return (hash ^ (hash >>> 31)) & Long.MAX_VALUE;
    }

    /** Moves the time on; called every few seconds by one thread. */
    void moveTo(long millis) {
        nowMillis = millis;
        if (millis < stepEndMillis) {
            return;
        }
        stepEndMillis = millis + STEP_MILLIS;
        limits.values().removeIf(use -> {
            use.endStep();
            use.forgetBefore(millis - WINDOW_MILLIS);
            return use.counts(millis - WINDOW_MILLIS).answered() == 0;
        });
    }

    long untracked() {
        return untracked.sum();
    }

    int tracked() {
        return limits.size();
    }

    /** The rows of these limits, in their order; those without an answer are left out. */
    List<Row> rows(List<String> ids) {
        List<Row> rows = new ArrayList<>();
        for (String id : ids) {
            LimitUse use = limits.get(id);
            if (use != null) {
                rows.add(new Row(id, use.counts(nowMillis - WINDOW_MILLIS)));
            }
        }
        return rows;
    }

    /** Those that refused most, most first. */
    List<Row> refusingMost(int countMax) {
        return limits.entrySet().stream()
                .map(entry -> new Row(entry.getKey(), entry.getValue().counts(nowMillis - WINDOW_MILLIS)))
                .sorted(Comparator.comparingLong((Row row) -> row.counts().refused())
                        .reversed()
                        .thenComparing(Row::id))
                .limit(countMax)
                .toList();
    }
}
