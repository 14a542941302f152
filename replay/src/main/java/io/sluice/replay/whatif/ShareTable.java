package io.sluice.replay.whatif;

import java.util.Arrays;

/**
 * The highest share that each bucket of a limit came to, in thousandths: a table without objects, 12 bytes an entry.
 *
 * <p>Buckets are told apart by 64 bits of a hash. Two of a million share one with a chance of one in forty million.
 */
final class ShareTable {
    private static final int PLACES_MIN = 1 << 10;
    private static final double LOAD_MAX = 0.7;
    private static final int ROTATE = 31;
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;
    private static final long PRIME = 1_099_511_628_211L;
    private static final long BASIS = 0xcbf29ce484222325L;

    private final int bucketsMax;
    private long[] hashes = new long[PLACES_MIN];
    private int[] shares = new int[PLACES_MIN];
    private int buckets;
    private long unkept;

    ShareTable(int bucketsMax) {
        this.bucketsMax = bucketsMax;
    }

    /** Takes the share of a bucket at one moment. */
    void put(String account, String scope, int perMille) {
        // Zero marks a free place.
        long hash = Math.max(1, mixed(account, scope) & Long.MAX_VALUE);
        int place = place(hash);
        if (hashes[place] == hash) {
            shares[place] = Math.max(shares[place], perMille);
        } else if (buckets == bucketsMax) {
            unkept++;
        } else {
            hashes[place] = hash;
            shares[place] = perMille;
            buckets++;
            if (buckets > hashes.length * LOAD_MAX) {
                grow();
            }
        }
    }

    private static long mixed(String account, String scope) {
        long hash = BASIS;
        for (int i = 0; i < account.length(); i++) {
            hash = (hash ^ account.charAt(i)) * PRIME;
        }
        hash = (hash ^ Character.MAX_VALUE) * PRIME;
        for (int i = 0; i < scope.length(); i++) {
            hash = (hash ^ scope.charAt(i)) * PRIME;
        }
        hash = (hash ^ hash >>> ROTATE) * MULTIPLIER;
        return hash ^ hash >>> ROTATE;
    }

    private int place(long hash) {
        int mask = hashes.length - 1;
        int place = (int) (hash ^ hash >>> ROTATE) & mask;
        while (hashes[place] != 0 && hashes[place] != hash) {
            place = place + 1 & mask;
        }
        return place;
    }

    private void grow() {
        long[] oldHashes = hashes;
        int[] oldShares = shares;
        hashes = new long[2 * oldHashes.length];
        shares = new int[2 * oldShares.length];
        for (int i = 0; i < oldHashes.length; i++) {
            if (oldHashes[i] != 0) {
                int place = place(oldHashes[i]);
                hashes[place] = oldHashes[i];
                shares[place] = oldShares[i];
            }
        }
    }

    /** The distribution over the buckets. */
    ShareDistribution distribution() {
        long[] counts = new long[ShareDistribution.PER_MILLE_MAX + 1];
        for (int i = 0; i < hashes.length; i++) {
            if (hashes[i] != 0) {
                counts[Math.min(shares[i], ShareDistribution.PER_MILLE_MAX)]++;
            }
        }
        return new ShareDistribution(counts, Arrays.stream(shares).max().orElse(0), unkept);
    }
}
