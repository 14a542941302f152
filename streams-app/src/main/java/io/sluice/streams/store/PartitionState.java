package io.sluice.streams.store;

import io.sluice.engine.credit.UsedCredits;
import io.sluice.engine.ledger.LedgerVersion;
import io.sluice.engine.ledger.RulesetTimeline;
import io.sluice.engine.penalty.AccountPenalties;
import io.sluice.engine.profile.AccountProfile;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.signal.HealthSignals;
import io.sluice.engine.state.AccountHolds;
import io.sluice.engine.state.BucketCount;
import io.sluice.engine.state.BucketCountKey;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.HoldEntry;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.IdempotencyRecord;
import io.sluice.engine.state.IdempotencyRecordKey;
import io.sluice.engine.state.LedgerStore;
import io.sluice.engine.state.LogPosition;
import io.sluice.engine.state.StoredBucket;
import io.sluice.engine.wide.LapsingCount;
import io.sluice.engine.wide.TravellingKey;
import io.sluice.engine.wide.WideCount;
import io.sluice.engine.wide.WidePeer;
import io.sluice.streams.store.StateCodec.StoredActivation;
import io.sluice.streams.store.StateCodec.StoredMessage;
import io.sluice.streams.topology.MessageAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/**
 * The state of one request partition in its key-value store: buckets, idempotency records, holds, profiles, penalties,
 * used credits, the clock and the kept rulesets.
 */
public final class PartitionState implements LedgerStore {
    private static final byte[] EVER = {1};

    private final PartitionStore store;
    private final StoredProfiles profiles;
    private final DueHolds dueHolds;
    /** False where nobody ever reserves and nothing limits concurrency: admissions then need not read holds. */
    private boolean everHeld;
    /** False where no ruleset ever had penalties: accounts then need not be read for them. */
    private boolean everPenalised;

    public PartitionState(PartitionStore store) {
        this.store = store;
        this.profiles = new StoredProfiles(store);
        this.dueHolds = new DueHolds(store);
        this.everHeld = store.get(StateKeys.ANY_HOLD) != null;
        this.everPenalised = store.get(StateKeys.ANY_PENALTIES) != null;
    }

    PartitionStore store() {
        return store;
    }

    @Override
    public @Nullable StoredBucket bucket(BucketKey key) {
        return store.bucket(key);
    }

    @Override
    public void putBucket(BucketKey key, StoredBucket bucket) {
        store.putBucket(key, bucket);
    }

    @Override
    public void visitBuckets(String account, int visitsMax, BiConsumer<BucketKey, StoredBucket> visitor) {
        Bytes end = StateKeys.endOfGroupsOf(account);
        int visits = 0;
        try (KeyValueIterator<Bytes, byte[]> entries = store.range(StateKeys.firstGroupOf(account), end)) {
            while (visits < visitsMax && entries.hasNext()) {
                KeyValue<Bytes, byte[]> entry = entries.next();
                BucketGroupKey key = StateKeys.bucketGroupKey(entry.key.get());
                if (key != null) {
                    visits += visit(key, BucketGroupCodec.group(entry.value), visitsMax - visits, visitor);
                }
            }
        }
    }

    private static int visit(
            BucketGroupKey key, BucketGroup group, int visitsMax, BiConsumer<BucketKey, StoredBucket> visitor) {
        int visits = Math.min(visitsMax, group.size());
        for (int i = 0; i < visits; i++) {
            visitor.accept(new BucketKey(key.account(), group.limitId(i), key.scope()), group.bucket(i));
        }
        return visits;
    }

    @Override
    public @Nullable BucketCount bucketCount(BucketCountKey key) {
        byte[] value = store.get(StateKeys.of(key));
        return value == null ? null : StateCodec.count(value);
    }

    @Override
    public void putBucketCount(BucketCountKey key, BucketCount count) {
        store.put(StateKeys.of(key), StateCodec.encode(count));
    }

    @Override
    public @Nullable IdempotencyRecord idempotencyRecord(IdempotencyRecordKey key) {
        byte[] value = store.get(StateKeys.of(key));
        return value == null ? null : StateCodec.idempotencyRecord(value);
    }

    @Override
    public void putIdempotencyRecord(IdempotencyRecordKey key, IdempotencyRecord idempotencyRecord) {
        store.put(StateKeys.of(key), StateCodec.encode(idempotencyRecord));
    }

    @Override
    public AccountHolds holds(String account) {
        byte[] value = everHeld ? store.get(StateKeys.holdsOf(account)) : null;
        return value == null ? AccountHolds.NONE : HoldEntryCodec.holds(value);
    }

    @Override
    public void putHolds(String account, AccountHolds holds) {
        store.put(StateKeys.holdsOf(account), holds.equals(AccountHolds.NONE) ? null : HoldEntryCodec.encode(holds));
    }

    @Override
    public @Nullable HoldEntry hold(HoldKey key) {
        byte[] value = store.get(StateKeys.of(key));
        return value == null ? null : HoldEntryCodec.entry(value);
    }

    @Override
    public void openHold(HoldKey key, HoldEntry.Open hold) {
        if (!everHeld) {
            store.put(StateKeys.ANY_HOLD, EVER);
            everHeld = true;
        }
        store.put(StateKeys.of(key), HoldEntryCodec.encode(hold));
        dueHolds.open(key, hold.expiresAtMillis());
    }

    @Override
    public void closeHold(HoldKey key, HoldEntry.Open hold, HoldEntry.@Nullable Settled settled) {
        dueHolds.close(key, hold.expiresAtMillis());
        store.put(StateKeys.of(key), settled == null ? null : HoldEntryCodec.encode(settled));
    }

    @Override
    public void visitOpenHolds(String account, HoldKind kind, HoldVisitor visitor) {
        dueHolds.visit(account, kind, visitor);
    }

    /** Open holds whose order of expiry is in memory. */
    public int rememberedHolds() {
        return dueHolds.kept();
    }

    /** Accounts in memory, with their profile or the fact that they have none. */
    public int rememberedProfiles() {
        return profiles.remembered();
    }

    @Override
    public AccountProfile profile(String account) {
        return profiles.of(account);
    }

    @Override
    public void putProfile(String account, AccountProfile profile) {
        profiles.put(account, profile);
    }

    @Override
    public AccountPenalties penalties(String account) {
        byte[] value = everPenalised ? store.get(StateKeys.penaltiesOf(account)) : null;
        return value == null ? AccountPenalties.NONE : PenaltyCodec.penalties(value);
    }

    @Override
    public void putPenalties(String account, AccountPenalties penalties) {
        if (!everPenalised) {
            store.put(StateKeys.ANY_PENALTIES, EVER);
            everPenalised = true;
        }
        store.put(StateKeys.penaltiesOf(account), penalties.isEmpty() ? null : PenaltyCodec.encode(penalties));
    }

    @Override
    public UsedCredits usedCredits(String account) {
        byte[] value = store.get(StateKeys.usedCreditsOf(account));
        return value == null ? UsedCredits.NONE : StateCodec.usedCredits(value);
    }

    @Override
    public void putUsedCredits(String account, UsedCredits used) {
        store.put(StateKeys.usedCreditsOf(account), used.isEmpty() ? null : StateCodec.encode(used));
    }

    @Override
    public WidePeer widePeer(int partition) {
        byte[] value = store.get(StateKeys.peer(partition));
        return value == null ? WidePeer.NONE : StateCodec.peer(value);
    }

    @Override
    public void putWidePeer(int partition, WidePeer peer) {
        store.put(StateKeys.peer(partition), StateCodec.encode(peer));
    }

    @Override
    public LapsingCount wideCount(WideCount kind) {
        byte[] value = store.get(StateKeys.wideCount(kind));
        return value == null ? LapsingCount.NONE : StateCodec.wideCount(value);
    }

    @Override
    public void putWideCount(WideCount kind, LapsingCount wideCount) {
        store.put(StateKeys.wideCount(kind), StateCodec.encode(wideCount));
    }

    @Override
    public @Nullable TravellingKey travellingKey(IdempotencyRecordKey key) {
        byte[] value = store.get(StateKeys.travelling(key));
        return value == null ? null : StateCodec.travellingKey(value);
    }

    @Override
    public void putTravellingKey(IdempotencyRecordKey key, @Nullable TravellingKey entry) {
        store.put(StateKeys.travelling(key), entry == null ? null : StateCodec.encode(entry));
    }

    /** Reads messages to other partitions, one after the other; it may change nothing. */
    @FunctionalInterface
    public interface MessageReader {
        /** Takes one; returns whether it wants the next. */
        boolean read(MessageAddress address, String payload);
    }

    /** Reads all messages to other partitions that were not written, in their order to each. */
    public void messages(MessageReader reader) {
        messages(StateKeys.message(0, 0), StateKeys.message(Integer.MAX_VALUE, Long.MAX_VALUE), reader);
    }

    /** Reads those to one partition, from that number on. */
    public void messages(int to, long fromSequence, MessageReader reader) {
        messages(StateKeys.message(to, fromSequence), StateKeys.message(to, Long.MAX_VALUE), reader);
    }

    private void messages(Bytes first, Bytes last, MessageReader reader) {
        try (KeyValueIterator<Bytes, byte[]> entries = store.range(first, last)) {
            boolean more = true;
            while (more && entries.hasNext()) {
                KeyValue<Bytes, byte[]> entry = entries.next();
                StoredMessage message = StateCodec.message(entry.value);
                more = reader.read(
                        new MessageAddress(
                                StateKeys.messageTo(entry.key.get()),
                                message.key(),
                                StateKeys.messageSequence(entry.key.get())),
                        message.payload());
            }
        }
    }

    /** Stores a message that is not written, without a proof; without a payload, that it is written. */
    public void putMessage(MessageAddress address, @Nullable String payload) {
        store.put(
                StateKeys.message(address.partition(), address.sequence()),
                payload == null ? null : StateCodec.encode(new StoredMessage(address.key(), payload)));
    }

    @Override
    public LogPosition position() {
        byte[] value = store.get(StateKeys.CLOCK);
        return value == null ? LogPosition.BEGINNING : StateCodec.clock(value);
    }

    @Override
    public void putPosition(LogPosition position) {
        store.put(StateKeys.CLOCK, StateCodec.encode(position));
    }

    /** Keeps an activation, and removes those that are older than the timeline reaches. */
    public void putActivation(long revision, long activatedAtMillis, String payload, long oldestRevision) {
        List<Bytes> forgotten = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> entries =
                store.range(StateKeys.ruleset(0), StateKeys.ruleset(Math.max(0, oldestRevision - 1)))) {
            entries.forEachRemaining(entry -> forgotten.add(entry.key));
        }
        forgotten.forEach(key -> store.put(key, null));
        store.put(StateKeys.ruleset(revision), StateCodec.encode(new StoredActivation(activatedAtMillis, payload)));
    }

    /** Keeps the payload of the access entries in force. */
    public void putAccess(String payload) {
        store.put(StateKeys.ACCESS, payload.getBytes(StandardCharsets.UTF_8));
    }

    /** Stores the ledger version in force. */
    public void putLedgerVersion(LedgerVersion version) {
        store.put(StateKeys.LEDGER_VERSION, StateCodec.encode(version));
    }

    /** The ledger version in force. */
    public LedgerVersion ledgerVersion() {
        byte[] value = store.get(StateKeys.LEDGER_VERSION);
        return value == null ? LedgerVersion.FIRST : StateCodec.ledgerVersion(value);
    }

    /** Stores the health signals. */
    public void putSignals(HealthSignals signals) {
        store.put(StateKeys.SIGNALS, SignalStateCodec.encode(signals));
    }

    /** The health signals that were stored last. */
    public HealthSignals signals() {
        byte[] value = store.get(StateKeys.SIGNALS);
        return value == null ? HealthSignals.NONE : SignalStateCodec.signals(value);
    }

    /** The payload of the access entries in force; null before the first. */
    public @Nullable String access() {
        byte[] value = store.get(StateKeys.ACCESS);
        return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }

    /** Compiles a kept activation payload into its ruleset; it was compiled once before it was kept. */
    @FunctionalInterface
    public interface RulesetReader {
        Ruleset read(String payload);
    }

    /** The kept rulesets in the order of their revisions. */
    public RulesetTimeline timeline(RulesetReader reader) {
        RulesetTimeline timeline = RulesetTimeline.empty();
        try (KeyValueIterator<Bytes, byte[]> entries =
                store.range(StateKeys.ruleset(0), StateKeys.ruleset(Long.MAX_VALUE))) {
            while (entries.hasNext()) {
                StoredActivation activation = StateCodec.activation(entries.next().value);
                timeline = timeline.activated(reader.read(activation.payload()), activation.activatedAtMillis());
            }
        }
        return timeline;
    }
}
