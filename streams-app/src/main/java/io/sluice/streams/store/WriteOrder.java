package io.sluice.streams.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;

/**
 * A fast sort that puts entries nearly in the order of their keys. That is enough for a write buffer to find each
 * position next to the one before.
 *
 * <p>To sort them properly takes longer than RocksDB takes for them: each comparison waits for two keys from memory,
 * some fourteen times an entry. Here each key is read twice. The prefix that most keys share carries no information, so
 * it is skipped. The bytes behind it, as many as fit, and the number of the entry make one {@code long}, and these are
 * sorted. Keys that differ only behind those bytes stay as they came.
 *
 * <p>Worked example, with room for two bytes: {@code acc-17/a, acc-16/x, c, acc-17/b}. Most begin with {@code acc-}, so
 * the ranks are {@code "17" 0, "16" 1, last 2, "17" 3}, and the order is {@code acc-16/x, acc-17/a, acc-17/b, c}.
 */
final class WriteOrder {
    /** The rank of a key that sorts before, or after, all keys with the shared prefix. */
    private static final long FIRST = 0;

    private static final long LAST = Long.MAX_VALUE;
    /** The most bytes of a shared prefix that are skipped. */
    private static final int SHARED_BYTES_MAX = 64;

    private WriteOrder() {}

    /** The entries of a map, each once. */
    static <V> List<Map.Entry<Bytes, V>> of(Map<Bytes, V> entries) {
        List<Map.Entry<Bytes, V>> given = new ArrayList<>(entries.entrySet());
        if (given.size() < 2) {
            return given;
        }
        byte[] like = given.get(0).getKey().get();
        int[] mismatches = new int[given.size()];
        int[] counts = new int[SHARED_BYTES_MAX + 1];
        for (int i = 0; i < mismatches.length; i++) {
            mismatches[i] = mismatch(given.get(i).getKey().get(), like);
            counts[mismatches[i]]++;
        }
        int shared = shared(counts, given.size());
        int numberBits = Long.SIZE - Long.numberOfLeadingZeros(given.size() - 1L);
        long[] ranks = new long[mismatches.length];
        for (int i = 0; i < ranks.length; i++) {
            byte[] key = given.get(i).getKey().get();
            long rank = mismatches[i] < shared ? beside(key, like) : bytesFrom(key, shared);
            ranks[i] = rank >>> numberBits << numberBits | i;
        }
        Arrays.sort(ranks);
        List<Map.Entry<Bytes, V>> ordered = new ArrayList<>(ranks.length);
        for (long rank : ranks) {
            ordered.add(given.get((int) (rank & (1L << numberBits) - 1)));
        }
        return ordered;
    }

    private static int mismatch(byte[] key, byte[] like) {
        int mismatch = Arrays.mismatch(
                key, 0, Math.min(key.length, SHARED_BYTES_MAX), like, 0, Math.min(like.length, SHARED_BYTES_MAX));
        return mismatch < 0 ? SHARED_BYTES_MAX : mismatch;
    }

    /** The length of the prefix that three quarters of all keys share. */
    private static int shared(int[] counts, int keys) {
        int alike = 0;
        int shared = SHARED_BYTES_MAX + 1;
        while (shared > 0 && alike < keys - keys / 4) {
            shared--;
            alike += counts[shared];
        }
        return shared;
    }

    private static long beside(byte[] key, byte[] like) {
        return Arrays.compareUnsigned(key, like) < 0 ? FIRST : LAST;
    }

    /** Seven bytes and most of the eighth, as a number that is not negative. */
    private static long bytesFrom(byte[] key, int from) {
        long bytes = 0;
        for (int i = from; i < from + Long.BYTES; i++) {
            bytes = bytes << Byte.SIZE | (i < key.length ? key[i] & 0xff : 0);
        }
        return bytes >>> 1;
    }
}
