package io.sluice.streams.store;

import io.sluice.engine.credit.UsedCredits;
import io.sluice.engine.ledger.LedgerVersion;
import io.sluice.engine.penalty.PenaltyAction;
import io.sluice.engine.penalty.PenaltyMatch;
import io.sluice.engine.ruleset.OnExceed;
import io.sluice.engine.state.BucketCount;
import io.sluice.engine.state.BucketMarks;
import io.sluice.engine.state.CreditStatus;
import io.sluice.engine.state.DebtStatus;
import io.sluice.engine.state.HoldGrant;
import io.sluice.engine.state.IdempotencyRecord;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.ListMatch;
import io.sluice.engine.state.LogPosition;
import io.sluice.engine.state.MeteredCharge;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.state.PartitionClock;
import io.sluice.engine.state.Reason;
import io.sluice.engine.state.StoredBucket;
import io.sluice.engine.wide.LapsingCount;
import io.sluice.engine.wide.LapsingCount.Share;
import io.sluice.engine.wide.TravellingKey;
import io.sluice.engine.wide.WidePeer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/*
 * Value layout, big-endian. The first byte is the version of the layout.
 *
 *   bucket    01 revision(8) kind(1) atMillis(8), then by kind; written where the version is 0 and nothing marked
 *               1 tokens             usedTokens(8) refilledParts(8)                                   34 bytes
 *               2 fixed window       startMillis(8) usedTokens(8)                                     34 bytes
 *               3 sliding counter    currentTokens(8) previousTokens(8)                               34 bytes
 *               4 sliding log        for each hit: atMillis(8) tokens(8)                        16 bytes a hit
 *               5 slots              for each slot: id(8) tokens(8) expiresAtMillis(8)         24 bytes a slot
 *               6 tokens, some taken in advance or held
 *                                    usedTokens(8) refilledParts(8) untilMillis(8) roomTokens(8),      50 bytes
 *                                    then for each mark: slotId(8) lowTokens(8) lowParts(8)    and 24 a mark
 *             02 revision(8) termsVersion(8) quietPerMille(2) knownUntil(8), then as 01 from kind on
 *   idempotency record
 *             01 fingerprint(8) expiresAtMillis(8) decidedAtMillis(8) revision(8) cost(8) reason(1) tier(text)
 *             count(2) then for each limit: id(text) scope(text) capacity(8) remaining(8) window(8) reset(8) next(8)
 *             retry(8) delay(8) enforced(1);  text = length(2) and UTF-8 bytes
 *             02 as 01, then holding: offset(8) reservedUntil(8) slotsUntil(8) freeAt(8); 01 is written for none
 *             03 as 01, then the list entry that answered: until(8) list(text) reason(text)
 *             04 as 01, with action(1) after each enforced, then holding; written where a limit did something
 *             other than deny
 *             05 as 04, with metered(1) cost(8) charged(8) after each action; written where a limit was metered
 *             06 as 05, then the penalty: enforced(1) rung(1) rungs(1) action(1) until(8) rule(text) client(text)
 *             begunAt(8)
 *             07 as 05, with credited(1) creditRemaining(8) creditCharged(8) behind each metered charge, then
 *             penalised(1) and the penalty, if there is one, as in 06; written where a bucket had a credit
 *             08 as 07, with owed(1) debt(8) grace(8) behind each credit; written where a bucket was below empty or
 *             had a grace
 *   bucket group   in BucketGroupCodec;  holds, hold   in HoldEntryCodec;  profile   in StoredProfileCodec
 *   penalties      in PenaltyCodec
 *   ledger version  01 number(4)
 *   count     01 end(8) period(8) current(8) previous(8)
 *   used credits   01 for each credit: version(8) used(8)
 *   clock     01 offset(8) millis(8) stamp(8) from(8) fromStamp(8)
 *   message   02 length of its key(4), or -1 for none; key, payload (UTF-8 JSON to the end), without a proof: it gets
 *             that when it is sent; 01 had one, and was never released
 *   peer      01 lastSequence(8)
 *   wideCount     01 period(8), then of recent, earlier and lapsed: fromOffset(8) count(8) tokens(8)
 *   travelling key
 *             02 offset(8) departedMillis(8) sentMillis(8); 01 had no sentMillis, and was never released
 *   ruleset   01 activatedAtMillis(8) activation payload (UTF-8 JSON to the end)
 */

/**
 * The values of the state store.
 *
 * <p><b>To add a version.</b> Give the changed layout the next number, and draw it above. Write it only where the older
 * one cannot hold the value, so that stored entries keep their bytes. Read every version that was ever released. Golden
 * bytes of each stay in the tests as they are. A reader refuses a version that it does not know, so an app cannot go
 * back behind a release that added one.
 */
final class StateCodec {
    private static final byte FIRST = 1;
    private static final byte SECOND = 2;
    private static final byte THIRD = 3;
    private static final byte FOURTH = 4;
    private static final byte FIFTH = 5;
    private static final byte SIXTH = 6;
    private static final byte SEVENTH = 7;
    private static final byte EIGHTH = 8;
    private static final int CREDIT_BYTES = 1 + 2 * Long.BYTES;
    private static final int DEBT_BYTES = 1 + 2 * Long.BYTES;
    private static final int USED_BYTES = 2 * Long.BYTES;
    private static final PenaltyAction[] PENALTY_ACTIONS = PenaltyAction.values();
    private static final int METERED_BYTES = 1 + 2 * Long.BYTES;
    private static final int CLOCK_BYTES = 1 + 5 * Long.BYTES;
    private static final int HOLDING_BYTES = 4 * Long.BYTES;
    private static final int BUCKET_FIXED_BYTES = 1 + Long.BYTES;
    private static final int TERMS_AND_MARKS_BYTES = Long.BYTES + Short.BYTES + Long.BYTES;
    private static final int IDEMPOTENCY_RECORD_FIXED_BYTES = 1 + 5 * Long.BYTES + 1 + Short.BYTES;
    private static final int LIMIT_FIXED_BYTES = 7 * Long.BYTES + 1;
    private static final Reason[] REASONS = Reason.values();
    private static final OnExceed[] ACTIONS = OnExceed.values();

    private StateCodec() {}

    /** A ruleset activation as the partition stores it. */
    record StoredActivation(long activatedAtMillis, String payload) {}

    static byte[] encode(StoredBucket bucket) {
        ByteBuffer out = ByteBuffer.allocate(bytes(bucket));
        write(bucket, out);
        return out.array();
    }

    private static boolean isPlain(StoredBucket bucket) {
        return bucket.settingsVersion() == 0 && bucket.marks().equals(BucketMarks.NONE);
    }

    static int bytes(StoredBucket bucket) {
        return BUCKET_FIXED_BYTES + (isPlain(bucket) ? 0 : TERMS_AND_MARKS_BYTES) + BucketStates.bytes(bucket.state());
    }

    static void write(StoredBucket bucket, ByteBuffer out) {
        boolean plain = isPlain(bucket);
        out.put(plain ? FIRST : SECOND).putLong(bucket.revision());
        if (!plain) {
            out.putLong(bucket.settingsVersion());
            out.putShort((short) bucket.marks().quietPerMille());
            out.putLong(bucket.marks().countedUntilMillis());
        }
        BucketStates.write(bucket.state(), out);
    }

    static StoredBucket bucket(byte[] value) {
        return bucket(ByteBuffer.wrap(value));
    }

    /** Reads a bucket that ends where the buffer does. */
    static StoredBucket bucket(ByteBuffer in) {
        byte version = version(in, SECOND);
        long revision = in.getLong();
        if (version == FIRST) {
            return new StoredBucket(revision, BucketStates.read(in));
        }
        long settingsVersion = in.getLong();
        BucketMarks marks = new BucketMarks(in.getShort(), in.getLong());
        return new StoredBucket(revision, settingsVersion, BucketStates.read(in), marks);
    }

    static byte[] encode(BucketCount count) {
        return ByteBuffer.allocate(1 + 4 * Long.BYTES)
                .put(FIRST)
                .putLong(count.endMillis())
                .putLong(count.periodMillis())
                .putLong(count.current())
                .putLong(count.previous())
                .array();
    }

    static BucketCount count(byte[] value) {
        ByteBuffer in = opened(value, FIRST);
        return new BucketCount(in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }

    static byte[] encode(UsedCredits used) {
        ByteBuffer out =
                ByteBuffer.allocate(1 + USED_BYTES * used.tokens().size()).put(FIRST);
        used.tokens().forEach((version, tokens) -> out.putLong(version).putLong(tokens));
        return out.array();
    }

    static UsedCredits usedCredits(byte[] value) {
        ByteBuffer in = opened(value, FIRST);
        SortedMap<Long, Long> used = new TreeMap<>();
        while (in.hasRemaining()) {
            used.put(in.getLong(), in.getLong());
        }
        return new UsedCredits(used);
    }

    static byte[] encode(LogPosition position) {
        return ByteBuffer.allocate(CLOCK_BYTES)
                .put(FIRST)
                .putLong(position.offset())
                .putLong(position.clock().millis())
                .putLong(position.clock().stampMillis())
                .putLong(position.clock().fromMillis())
                .putLong(position.clock().fromStampMillis())
                .array();
    }

    static LogPosition clock(byte[] value) {
        ByteBuffer in = opened(value, FIRST);
        return new LogPosition(
                in.getLong(), new PartitionClock(in.getLong(), in.getLong(), in.getLong(), in.getLong()));
    }

    static byte[] encode(WidePeer peer) {
        return ByteBuffer.allocate(1 + Long.BYTES)
                .put(FIRST)
                .putLong(peer.lastSequence())
                .array();
    }

    static WidePeer peer(byte[] value) {
        return new WidePeer(opened(value, FIRST).getLong());
    }

    /** A message to another partition. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record StoredMessage(byte @Nullable [] key, String payload) {}

    static byte[] encode(StoredMessage message) {
        byte[] key = message.key();
        byte[] payload = message.payload().getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(1 + Integer.BYTES + (key == null ? 0 : key.length) + payload.length)
                .put(SECOND)
                .putInt(key == null ? -1 : key.length);
        if (key != null) {
            out.put(key);
        }
        return out.put(payload).array();
    }

    static StoredMessage message(byte[] stored) {
        ByteBuffer in = openedSecond(stored);
        int keyBytes = in.getInt();
        byte[] key = keyBytes < 0 ? null : new byte[keyBytes];
        if (key != null) {
            in.get(key);
        }
        return new StoredMessage(key, StandardCharsets.UTF_8.decode(in).toString());
    }

    static byte[] encode(LapsingCount wideCount) {
        ByteBuffer out = ByteBuffer.allocate(1 + 10 * Long.BYTES).put(FIRST).putLong(wideCount.period());
        for (Share share : List.of(wideCount.recent(), wideCount.earlier(), wideCount.lapsed())) {
            out.putLong(share.fromOffset()).putLong(share.count()).putLong(share.tokens());
        }
        return out.array();
    }

    static LapsingCount wideCount(byte[] value) {
        ByteBuffer in = opened(value, FIRST);
        return new LapsingCount(in.getLong(), share(in), share(in), share(in));
    }

    private static Share share(ByteBuffer in) {
        return new Share(in.getLong(), in.getLong(), in.getLong());
    }

    static byte[] encode(TravellingKey entry) {
        return ByteBuffer.allocate(1 + 3 * Long.BYTES)
                .put(SECOND)
                .putLong(entry.offset())
                .putLong(entry.departedMillis())
                .putLong(entry.sentMillis())
                .array();
    }

    static TravellingKey travellingKey(byte[] value) {
        ByteBuffer in = openedSecond(value);
        return new TravellingKey(in.getLong(), in.getLong(), in.getLong());
    }

    static byte[] encode(LedgerVersion version) {
        return ByteBuffer.allocate(1 + Integer.BYTES)
                .put(FIRST)
                .putInt(version.number())
                .array();
    }

    static LedgerVersion ledgerVersion(byte[] value) {
        return new LedgerVersion(opened(value, FIRST).getInt());
    }

    static byte[] encode(StoredActivation activation) {
        byte[] payload = activation.payload().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + Long.BYTES + payload.length)
                .put(FIRST)
                .putLong(activation.activatedAtMillis())
                .put(payload)
                .array();
    }

    static StoredActivation activation(byte[] value) {
        ByteBuffer in = opened(value, FIRST);
        long activatedAtMillis = in.getLong();
        return new StoredActivation(
                activatedAtMillis, StandardCharsets.UTF_8.decode(in).toString());
    }

    static byte[] encode(IdempotencyRecord idempotencyRecord) {
        Outcome outcome = idempotencyRecord.outcome();
        List<byte[]> texts = new ArrayList<>();
        texts.add(outcome.tier().getBytes(StandardCharsets.UTF_8));
        for (LimitOutcome limit : outcome.limits()) {
            texts.add(limit.limitId().getBytes(StandardCharsets.UTF_8));
            texts.add(limit.scope().getBytes(StandardCharsets.UTF_8));
        }
        int textBytes =
                texts.stream().mapToInt(text -> Short.BYTES + text.length).sum();
        PenaltyMatch penalty = outcome.penalty();
        boolean owes = outcome.limits().stream().anyMatch(limit -> limit.debt() != null);
        boolean credits = owes || outcome.limits().stream().anyMatch(limit -> limit.credit() != null);
        boolean meters =
                credits || penalty != null || outcome.limits().stream().anyMatch(limit -> limit.metered() != null);
        boolean acts = meters || outcome.limits().stream().anyMatch(limit -> limit.action() != OnExceed.DENY);
        boolean holds = acts || !outcome.holdGrant().equals(HoldGrant.NONE);
        byte[] listed = penalty == null ? listed(outcome.listed()) : penalised(penalty);
        int limitBytes = LIMIT_FIXED_BYTES
                + (acts ? 1 : 0)
                + (meters ? METERED_BYTES : 0)
                + (credits ? CREDIT_BYTES : 0)
                + (owes ? DEBT_BYTES : 0);
        ByteBuffer out = ByteBuffer.allocate(IDEMPOTENCY_RECORD_FIXED_BYTES
                + textBytes
                + (holds ? HOLDING_BYTES : 0)
                + (credits ? 1 : 0)
                + listed.length
                + limitBytes * outcome.limits().size());
        out.put(owes ? EIGHTH : credits ? SEVENTH : version(outcome, meters, acts, holds))
                .putLong(idempotencyRecord.fingerprint())
                .putLong(idempotencyRecord.expiresAtMillis());
        out.putLong(outcome.decidedAtMillis()).putLong(outcome.revision()).putLong(outcome.cost());
        out.put((byte) outcome.reason().ordinal());
        putText(out, texts.get(0));
        out.putShort((short) outcome.limits().size());
        for (int i = 0; i < outcome.limits().size(); i++) {
            LimitOutcome limit = outcome.limits().get(i);
            putText(out, texts.get(1 + 2 * i));
            putText(out, texts.get(2 + 2 * i));
            out.putLong(limit.capacity()).putLong(limit.remaining()).putLong(limit.windowMillis());
            out.putLong(limit.resetAfterMillis())
                    .putLong(limit.nextTokenMillis())
                    .putLong(limit.retryAfterMillis())
                    .putLong(limit.delayMillis())
                    .put((byte) (limit.enforced() ? 1 : 0));
            if (acts) {
                out.put((byte) limit.action().ordinal());
            }
            if (meters) {
                MeteredCharge metered = limit.metered();
                out.put((byte) (metered == null ? 0 : 1));
                out.putLong(metered == null ? 0 : metered.cost());
                out.putLong(metered == null ? 0 : metered.charged());
            }
            if (credits) {
                putCredit(out, limit.credit());
            }
            if (owes) {
                putDebt(out, limit.debt());
            }
        }
        if (holds) {
            HoldGrant holdGrant = outcome.holdGrant();
            out.putLong(holdGrant.offset()).putLong(holdGrant.reservedUntilMillis());
            out.putLong(holdGrant.slotsUntilMillis()).putLong(holdGrant.freeAtMillis());
        }
        if (credits) {
            out.put((byte) (penalty == null ? 0 : 1));
        }
        return out.put(listed).array();
    }

    private static void putCredit(ByteBuffer out, @Nullable CreditStatus credit) {
        out.put((byte) (credit == null ? 0 : 1));
        out.putLong(credit == null ? 0 : credit.remaining());
        out.putLong(credit == null ? 0 : credit.charged());
    }

    private static @Nullable CreditStatus credit(ByteBuffer in) {
        boolean credited = in.get() == 1;
        CreditStatus credit = new CreditStatus(in.getLong(), in.getLong());
        return credited ? credit : null;
    }

    private static void putDebt(ByteBuffer out, @Nullable DebtStatus debt) {
        out.put((byte) (debt == null ? 0 : 1));
        out.putLong(debt == null ? 0 : debt.tokens());
        out.putLong(debt == null ? 0 : debt.grace());
    }

    private static @Nullable DebtStatus debt(ByteBuffer in) {
        boolean owes = in.get() == 1;
        DebtStatus debt = new DebtStatus(in.getLong(), in.getLong());
        return owes ? debt : null;
    }

    private static byte version(Outcome outcome, boolean meters, boolean acts, boolean holds) {
        if (outcome.penalty() != null) {
            return SIXTH;
        }
        if (outcome.listed() != null) {
            return THIRD;
        }
        if (meters) {
            return FIFTH;
        }
        return acts ? FOURTH : holds ? SECOND : FIRST;
    }

    /** A listed account holds nothing, so an idempotency record has one of the two at most. */
    private static byte[] listed(@Nullable ListMatch listed) {
        if (listed == null) {
            return new byte[0];
        }
        byte[] id = listed.listId().getBytes(StandardCharsets.UTF_8);
        byte[] reason = listed.reason().getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(Long.BYTES + 2 * Short.BYTES + id.length + reason.length);
        out.putLong(listed.untilMillis());
        putText(out, id);
        putText(out, reason);
        return out.array();
    }

    /** Who is on a list is never penalised, so an idempotency record has one of the two at most. */
    private static byte[] penalised(PenaltyMatch penalty) {
        byte[] rule = penalty.ruleId().getBytes(StandardCharsets.UTF_8);
        byte[] client = penalty.clientId().getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(4 + 2 * Long.BYTES + 2 * Short.BYTES + rule.length + client.length);
        out.put((byte) (penalty.enforced() ? 1 : 0)).put((byte) penalty.rung()).put((byte) penalty.rungs());
        out.put((byte) penalty.action().ordinal()).putLong(penalty.untilMillis());
        putText(out, rule);
        putText(out, client);
        return out.putLong(penalty.begunAtOffset()).array();
    }

    private static PenaltyMatch penalised(ByteBuffer in) {
        boolean enforced = in.get() == 1;
        int rung = in.get();
        int rungs = in.get();
        PenaltyAction action = PENALTY_ACTIONS[in.get()];
        long untilMillis = in.getLong();
        return new PenaltyMatch(text(in), text(in), enforced, rung, rungs, action, untilMillis, in.getLong());
    }

    static IdempotencyRecord idempotencyRecord(byte[] value) {
        ByteBuffer in = opened(value, EIGHTH);
        long fingerprint = in.getLong();
        long expiresAtMillis = in.getLong();
        long decidedAtMillis = in.getLong();
        long revision = in.getLong();
        long cost = in.getLong();
        Reason reason = REASONS[in.get()];
        String tier = text(in);
        int count = Short.toUnsignedInt(in.getShort());
        List<LimitOutcome> limits = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            limits.add(new LimitOutcome(
                    text(in),
                    text(in),
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.get() == 1,
                    value[0] >= FOURTH ? ACTIONS[in.get()] : OnExceed.DENY,
                    value[0] >= FIFTH ? metered(in) : null,
                    value[0] >= SEVENTH ? credit(in) : null,
                    value[0] >= EIGHTH ? debt(in) : null));
        }
        HoldGrant holdGrant = value[0] == SECOND || value[0] >= FOURTH
                ? new HoldGrant(in.getLong(), in.getLong(), in.getLong(), in.getLong())
                : HoldGrant.NONE;
        ListMatch listed = value[0] == THIRD ? listed(in) : null;
        boolean penalised = value[0] == SIXTH || (value[0] >= SEVENTH && in.get() == 1);
        PenaltyMatch penalty = penalised ? penalised(in) : null;
        Outcome outcome =
                new Outcome(decidedAtMillis, revision, tier, cost, reason, limits, holdGrant, listed, penalty);
        return new IdempotencyRecord(fingerprint, expiresAtMillis, outcome);
    }

    private static @Nullable MeteredCharge metered(ByteBuffer in) {
        boolean metered = in.get() == 1;
        MeteredCharge charge = new MeteredCharge(in.getLong(), in.getLong());
        return metered ? charge : null;
    }

    private static ListMatch listed(ByteBuffer in) {
        long untilMillis = in.getLong();
        return new ListMatch(text(in), text(in), untilMillis);
    }

    static ByteBuffer opened(byte[] value, byte newest) {
        ByteBuffer in = ByteBuffer.wrap(value);
        version(in, newest);
        return in;
    }

    /** For what has one version alone: the first was never released. */
    private static ByteBuffer openedSecond(byte[] value) {
        if (value[0] != SECOND) {
            throw new IllegalStateException("stored value version: " + value[0] + " (expected: " + SECOND + ")");
        }
        return opened(value, SECOND);
    }

    private static byte version(ByteBuffer in, byte newest) {
        byte version = in.get();
        if (version < FIRST || version > newest) {
            String expected = newest == FIRST ? "1" : "1.." + newest;
            throw new IllegalStateException("stored value version: " + version + " (expected: " + expected + ")");
        }
        return version;
    }

    static void putText(ByteBuffer out, byte[] text) {
        out.putShort((short) text.length).put(text);
    }

    static String text(ByteBuffer in) {
        byte[] text = new byte[Short.toUnsignedInt(in.getShort())];
        in.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }
}
