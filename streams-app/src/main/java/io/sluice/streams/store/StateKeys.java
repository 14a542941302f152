package io.sluice.streams.store;

import io.sluice.engine.ledger.BucketKey;
import io.sluice.engine.ledger.MemoKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/*
 * Key layout. Texts are UTF-8; the wire contract refuses control characters, so 0x00 separates safely and no account
 * begins with it. Everything of one account lies together, its buckets first.
 *
 *   bucket    account 00 'b' limitId 00 scope
 *   memo      account 00 'm' clientId 00 idempotencyKey
 *   clock     00 'c'
 *   ruleset   00 'r' revision(8, big-endian)
 */

/** The keys of the state store. */
final class StateKeys {
    static final Bytes CLOCK = Bytes.wrap(new byte[] {0, 'c'});
    /** Every account's key is at or above this one; the partition's own entries are below. */
    static final Bytes FIRST_OF_ACCOUNTS = Bytes.wrap(new byte[] {1});

    private static final byte SEPARATOR = 0;
    private static final byte BUCKET = 'b';
    private static final byte MEMO = 'm';
    private static final byte RULESET = 'r';

    private StateKeys() {}

    static Bytes of(BucketKey key) {
        return entry(key.account(), BUCKET, key.limitId(), key.scope());
    }

    static Bytes of(MemoKey key) {
        return entry(key.account(), MEMO, key.clientId(), key.idempotencyKey());
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

    static Bytes ruleset(long revision) {
        return Bytes.wrap(ByteBuffer.allocate(2 + Long.BYTES)
                .put(SEPARATOR)
                .put(RULESET)
                .putLong(revision)
                .array());
    }

    static Bytes firstBucketOf(String account) {
        return accountBound(account, BUCKET);
    }

    /** Just behind the last bucket of the account. */
    static Bytes endOfBucketsOf(String account) {
        return accountBound(account, (byte) (BUCKET + 1));
    }

    private static Bytes accountBound(String account, byte kind) {
        byte[] a = account.getBytes(StandardCharsets.UTF_8);
        return Bytes.wrap(ByteBuffer.allocate(a.length + 2)
                .put(a)
                .put(SEPARATOR)
                .put(kind)
                .array());
    }

    /** The bucket that a key names, or null if it names something else. */
    static @Nullable BucketKey bucketKey(byte[] key) {
        int separator = indexOfSeparator(key, 0);
        if (separator < 1 || separator + 1 >= key.length || key[separator + 1] != BUCKET) {
            return null;
        }
        int limitStart = separator + 2;
        int limitEnd = indexOfSeparator(key, limitStart);
        return new BucketKey(
                text(key, 0, separator), text(key, limitStart, limitEnd), text(key, limitEnd + 1, key.length));
    }

    static boolean isMemo(byte[] key) {
        int separator = indexOfSeparator(key, 0);
        return separator > 0 && separator + 1 < key.length && key[separator + 1] == MEMO;
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
