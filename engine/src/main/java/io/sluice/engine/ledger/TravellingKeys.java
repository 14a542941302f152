package io.sluice.engine.ledger;

import io.sluice.engine.state.IdempotencyRecordKey;
import io.sluice.engine.state.LedgerStore;
import io.sluice.engine.wide.LapsingCount;
import io.sluice.engine.wide.TravellingKey;
import io.sluice.engine.wide.WideCount;
import org.jspecify.annotations.Nullable;

/**
 * The idempotency keys of requests that are out to visit wide buckets, at the partition of their accounts.
 *
 * <pre>
 *   first     ──▶ owners, charging                  ──▶ home: decides, remembers the answer
 *   its retry     ──▶ owners, behind it, charging nothing  ──▶ home: gets that answer
 * </pre>
 *
 * <p>Without this, a retry would charge owners a second time, and could leave too little for the first request. It
 * takes the same way, so it usually comes home right behind. If it comes before, it goes the way once more.
 */
public final class TravellingKeys {
    /**
     * The most keys that are remembered at a time. It is the same for all apps, since it shows in the log: the retry of
     * a key beyond travels as a request of its own.
     */
    public static final int KEYS_MAX = 10_000;

    private final LedgerStore store;
    private final int keysMax;

    /** The keys of a partition whose ledger has this store. */
    public TravellingKeys(LedgerStore store) {
        this(store, KEYS_MAX);
    }

    TravellingKeys(LedgerStore store, int keysMax) {
        this.store = store;
        this.keysMax = keysMax;
    }

    /** The key of a batch, which is of no client. */
    public static IdempotencyRecordKey ofBatch(String account, String idempotencyKey) {
        return new IdempotencyRecordKey(account, BatchEvaluator.NO_CLIENT, idempotencyKey);
    }

    /** How many are remembered. */
    public long count(long nowMillis) {
        return wideCount(nowMillis).count();
    }

    private LapsingCount wideCount(long nowMillis) {
        return store.wideCount(WideCount.KEYS).at(nowMillis, WideCount.KEYS.periodMillis());
    }

    /**
     * What a request may do that goes out, or what changes when it is home.
     *
     * @param follows whether it goes behind another with its key, and charges nothing
     * @param key to remember or forget; null if nothing changes
     * @param entry to remember; null to forget
     * @param wideCount the count after that
     */
    public record KeyStep(
            boolean follows,
            @Nullable IdempotencyRecordKey key,
            @Nullable TravellingKey entry,
            LapsingCount wideCount) {}

    /**
     * Decides how a request goes out; changes nothing.
     *
     * @param key null for a request without one
     * @param wasOut whether it has been out before, charging
     * @param sentMillis the time stamp at which it first went out
     * @param offset of the record that sends it out
     */
    public KeyStep departing(
            @Nullable IdempotencyRecordKey key, boolean wasOut, long sentMillis, long nowMillis, long offset) {
        LapsingCount wideCount = wideCount(nowMillis);
        TravellingKey other = key == null ? null : live(key, nowMillis);
        if (other != null) {
            return new KeyStep(!wasOut, null, null, wideCount);
        }
        return key == null || wideCount.count() >= keysMax
                ? new KeyStep(false, null, null, wideCount)
                : new KeyStep(false, key, new TravellingKey(offset, nowMillis, sentMillis), wideCount.begun(offset, 0));
    }

    /**
     * Decides what changes when a request is home that was out, charging; changes nothing. Only its own entry is
     * forgotten: a retry may have one that went out after it was over, or before there was room for it.
     *
     * @param sentMillis the time stamp at which it first went out
     */
    public KeyStep home(@Nullable IdempotencyRecordKey key, long sentMillis, long nowMillis) {
        LapsingCount wideCount = wideCount(nowMillis);
        TravellingKey entry = key == null ? null : live(key, nowMillis);
        return entry == null || entry.sentMillis() != sentMillis
                ? new KeyStep(false, null, null, wideCount)
                : new KeyStep(false, key, null, wideCount.ended(entry.offset(), 0));
    }

    /** An entry that is over counts no more, whether the clean-up has removed it or not. */
    private @Nullable TravellingKey live(IdempotencyRecordKey key, long nowMillis) {
        TravellingKey entry = store.travellingKey(key);
        return entry == null || entry.isExpired(nowMillis) ? null : entry;
    }

    /** Makes the changes of a step. */
    public void apply(KeyStep step) {
        if (step.key() != null) {
            store.putTravellingKey(step.key(), step.entry());
            store.putWideCount(WideCount.KEYS, step.wideCount());
        }
    }
}
