package io.sluice.streams.store;

import io.sluice.engine.state.BucketCountKey;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.IdempotencyRecordKey;
import io.sluice.engine.wide.WideCount;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/*
 * Key layout. Texts are UTF-8; the wire contract refuses control characters, so 0x00 separates safely and no account
 * begins with it. Everything of one account lies together.
 *
 *   due                 account 00 'e' kind expiresAtMillis(8, big-endian) offset(8, big-endian)     of every open hold
 *   hold                account 00 'h' kind offset(8, big-endian)     kind: 'r' reservation, 's' slots, 'l' lease
 *   count               account 00 'k' limitId              of the partition: account 01
 *   idempotency record  account 00 'm' clientId 00 idempotencyKey
 *   holds               account 00 'n'                      the account's hold counts
 *   penalties           account 00 'q'                      what penalties remember of the account and its clients
 *   bucket group        account 00 's' scope
 *   used credits        account 00 'u'                      what is used of the account's credits
 *   travelling key      account 00 'w' clientId 00 idempotencyKey
 *   access entries      00 'a'
 *   clock               00 'c'
 *   shared              01 01 tier, in place of the account, for what new buckets of a tier share
 *   health signals      00 'g'
 *   any                 00 'h'                              whether the partition has ever had a hold
 *   message             00 'o' to(4, big-endian) sequence(8, big-endian)     to another partition, not written yet
 *   profile             00 'p' account                      together, so that one read shows whether there is any
 *   ruleset             00 'r' revision(8, big-endian)
 *   ledger version      00 'v'
 *   any                 00 't'                              whether the partition has ever remembered penalties
 *   peer                00 'w' partition(4, big-endian)     what it remembers of another partition
 *   wideCount               00 'x' kind                         what is open of this kind: 'v' vouchers, 'k' keys
 *   wide                01 02, in place of the account, for buckets that all accounts share
 */

/** The keys of the state store. */
final class StateKeys {
    static final Bytes ACCESS = Bytes.wrap(new byte[] {0, 'a'});
    static final Bytes CLOCK = Bytes.wrap(new byte[] {0, 'c'});
    static final Bytes SIGNALS = Bytes.wrap(new byte[] {0, 'g'});
    static final Bytes ANY_HOLD = Bytes.wrap(new byte[] {0, 'h'});
    static final Bytes ANY_PENALTIES = Bytes.wrap(new byte[] {0, 't'});
    static final Bytes LEDGER_VERSION = Bytes.wrap(new byte[] {0, 'v'});
    /** Every account's key is at or above this one; the partition's own entries are below. */
    static final Bytes FIRST_OF_ACCOUNTS = Bytes.wrap(new byte[] {1});

    static final Bytes FIRST_PROFILE = Bytes.wrap(new byte[] {0, 'p'});
    static final Bytes END_OF_PROFILES = Bytes.wrap(new byte[] {0, 'p' + 1});

    private static final byte SEPARATOR = 0;
    private static final byte GROUP = 's';
    private static final byte IDEMPOTENCY_RECORD = 'm';
    private static final byte COUNT = 'k';
    private static final byte PENALTIES = 'q';
    private static final byte USED_CREDITS = 'u';
    private static final byte RULESET = 'r';
    private static final byte MESSAGE = 'o';
    private static final byte PEER = 'w';
    private static final byte TRAVELLING = 'w';
    private static final byte WIDE_COUNT = 'x';
    private static final byte DUE = 'e';
    private static final byte HOLD = 'h';
    private static final byte ACCOUNT_HOLDS = 'n';
    /** By ordinal of {@link HoldKind}. */
    private static final byte[] HOLD_KINDS = {'r', 's', 'l'};

    private StateKeys() {}

    static Bytes of(BucketGroupKey key) {
        return entry(key.account(), GROUP, key.scope());
    }

    static Bytes of(BucketCountKey key) {
        return entry(key.account(), COUNT, key.limitId());
    }

    private static Bytes entry(String account, byte kind, String name) {
        byte[] a = account.getBytes(StandardCharsets.UTF_8);
        byte[] b = name.getBytes(StandardCharsets.UTF_8);
        return Bytes.wrap(ByteBuffer.allocate(a.length + b.length + 2)
                .put(a)
                .put(SEPARATOR)
                .put(kind)
                .put(b)
                .array());
    }

    static Bytes of(IdempotencyRecordKey key) {
        return entry(key.account(), IDEMPOTENCY_RECORD, key.clientId(), key.idempotencyKey());
    }

    private static Bytes entry(String account, byte kind, String first, String second) {
        byte[] a = account.getBytes(StandardCharsets.UTF_8);
        byte[] b = first.getBytes(StandardCharsets.UTF_8);
        byte[] c = second.getBytes(StandardCharsets.UTF_8);
        return Bytes.wrap(ByteBuffer.allocate(a.length + b.length + c.length + 3)
                .put(a)
                .put(SEPARATOR)
                .put(kind)
                .put(b)
                .put(SEPARATOR)
                .put(c)
                .array());
    }

    /** The key of what penalties remember of the account. */
    static Bytes penaltiesOf(String account) {
        return entry(account, PENALTIES, "");
    }

    /** The account whose penalties a key names, or null if it names something else. */
    static @Nullable String accountOfPenalties(byte[] key) {
        int separator = endOfAccount(PENALTIES, key);
        return separator > 0 ? text(key, 0, separator) : null;
    }

    /** The key of what is used of the account's credits. */
    static Bytes usedCreditsOf(String account) {
        return entry(account, USED_CREDITS, "");
    }

    /** The account whose used credits a key names, or null if it names something else. */
    static @Nullable String accountOfUsedCredits(byte[] key) {
        int separator = endOfAccount(USED_CREDITS, key);
        return separator > 0 ? text(key, 0, separator) : null;
    }

    /** The key of the account's hold counts. */
    static Bytes holdsOf(String account) {
        return entry(account, ACCOUNT_HOLDS, "");
    }

    static Bytes of(HoldKey key) {
        return held(key.account(), HOLD, key.kind(), key.offset());
    }

    /** The key of an open hold in the order of expiry. */
    static Bytes due(HoldKey key, long expiresAtMillis) {
        return held(key.account(), DUE, key.kind(), expiresAtMillis, key.offset());
    }

    static Bytes firstDueOf(String account, HoldKind kind) {
        return held(account, DUE, kind);
    }

    /** Just after the last due entry of this account and kind. */
    static Bytes endOfDueOf(String account, HoldKind kind) {
        return held(account, DUE, kind, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    private static Bytes held(String account, byte entry, HoldKind kind, long... numbers) {
        byte[] a = account.getBytes(StandardCharsets.UTF_8);
        ByteBuffer key = ByteBuffer.allocate(a.length + 3 + numbers.length * Long.BYTES)
                .put(a)
                .put(SEPARATOR)
                .put(entry)
                .put(HOLD_KINDS[kind.ordinal()]);
        for (long number : numbers) {
            key.putLong(number);
        }
        return Bytes.wrap(key.array());
    }

    /** The hold that a key names, or null if it names something else. */
    static @Nullable HoldKey holdKey(byte[] key) {
        int separator = endOfAccount(HOLD, key);
        if (separator < 0 || key.length != separator + 3 + Long.BYTES) {
            return null;
        }
        long offset = ByteBuffer.wrap(key, separator + 3, Long.BYTES).getLong();
        return new HoldKey(text(key, 0, separator), kind(key[separator + 2]), offset);
    }

    /** The hold of a due key. */
    static HoldKey dueHold(byte[] key) {
        int separator = indexOfSeparator(key, 0);
        long offset = ByteBuffer.wrap(key).getLong(key.length - Long.BYTES);
        return new HoldKey(text(key, 0, separator), kind(key[separator + 2]), offset);
    }

    static long dueMillis(byte[] key) {
        return ByteBuffer.wrap(key).getLong(key.length - 2 * Long.BYTES);
    }

    private static HoldKind kind(byte code) {
        for (HoldKind kind : HoldKind.values()) {
            if (HOLD_KINDS[kind.ordinal()] == code) {
                return kind;
            }
        }
        throw new IllegalStateException("stored hold kind: " + (char) code + " (expected: r, s or l)");
    }

    static Bytes profile(String account) {
        byte[] a = account.getBytes(StandardCharsets.UTF_8);
        return Bytes.wrap(ByteBuffer.allocate(2 + a.length)
                .put(FIRST_PROFILE.get())
                .put(a)
                .array());
    }

    static Bytes peer(int partition) {
        return Bytes.wrap(ByteBuffer.allocate(2 + Integer.BYTES)
                .put(SEPARATOR)
                .put(PEER)
                .putInt(partition)
                .array());
    }

    static Bytes message(int to, long sequence) {
        return Bytes.wrap(ByteBuffer.allocate(2 + Integer.BYTES + Long.BYTES)
                .put(SEPARATOR)
                .put(MESSAGE)
                .putInt(to)
                .putLong(sequence)
                .array());
    }

    static int messageTo(byte[] key) {
        return ByteBuffer.wrap(key).getInt(2);
    }

    static long messageSequence(byte[] key) {
        return ByteBuffer.wrap(key).getLong(2 + Integer.BYTES);
    }

    static Bytes wideCount(WideCount kind) {
        return Bytes.wrap(new byte[] {
            SEPARATOR,
            WIDE_COUNT,
            (byte)
                    switch (kind) {
                        case VOUCHERS -> 'v';
                        case KEYS -> 'k';
                    }
        });
    }

    /** The key of the fact that a request with an idempotency key is between partitions. */
    static Bytes travelling(IdempotencyRecordKey key) {
        return entry(key.account(), TRAVELLING, key.clientId(), key.idempotencyKey());
    }

    static boolean isTravelling(byte[] key) {
        return endOfAccount(TRAVELLING, key) > 0;
    }

    static Bytes ruleset(long revision) {
        return Bytes.wrap(ByteBuffer.allocate(2 + Long.BYTES)
                .put(SEPARATOR)
                .put(RULESET)
                .putLong(revision)
                .array());
    }

    static Bytes firstGroupOf(String account) {
        return entry(account, GROUP, "");
    }

    /** Just after the last bucket group of the account. */
    static Bytes endOfGroupsOf(String account) {
        return entry(account, (byte) (GROUP + 1), "");
    }

    /** The bucket group that a key names, or null if it names something else. */
    static @Nullable BucketGroupKey bucketGroupKey(byte[] key) {
        int separator = endOfAccount(GROUP, key);
        if (separator < 0) {
            return null;
        }
        return new BucketGroupKey(text(key, 0, separator), text(key, separator + 2, key.length));
    }

    static boolean isIdempotencyRecord(byte[] key) {
        return endOfAccount(IDEMPOTENCY_RECORD, key) > 0;
    }

    static boolean isCount(byte[] key) {
        return endOfAccount(COUNT, key) > 0;
    }

    /** The end of the account in a key of this kind; -1 if the key is of another kind. */
    private static int endOfAccount(byte kind, byte[] key) {
        int separator = indexOfSeparator(key, 0);
        return separator > 0 && separator + 1 < key.length && key[separator + 1] == kind ? separator : -1;
    }

    private static int indexOfSeparator(byte[] key, int from) {
        for (int i = from; i < key.length; i++) {
            if (key[i] == SEPARATOR) {
                return i;
            }
        }
        return -1;
    }

    private static String text(byte[] key, int from, int to) {
        return new String(key, from, to - from, StandardCharsets.UTF_8);
    }
}
