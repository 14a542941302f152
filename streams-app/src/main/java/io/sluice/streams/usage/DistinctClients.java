package io.sluice.streams.usage;

import java.util.Arrays;

/**
 * A deterministic count of different clients in bounded memory: it keeps the k smallest hashes (Bar-Yossef et al.,
 * "Counting Distinct Elements in a Data Stream", 2002).
 *
 * <p>Up to k different clients the number is exact, unless two names share a hash of 64 bits. Beyond that the k-th
 * smallest hash says how dense the hashes lie: if it is a tenth of the range, there are about ten times k. The
 * standard error is 1/sqrt(k-2): 9% for k = 128. The same clients give the same set in any order, and the union of
 * two sets is that of their clients. The hash has no secret, so an attacker who chooses names can falsify the
 * estimate, but cannot take more memory.
 */
final class DistinctClients {
    static final int HASHES_MAX = 128;

    private static final long[] NONE = {};
    private static final double RANGE = 0x1p64;

    /** In ascending order, as unsigned numbers. */
    private long[] hashes = NONE;

    private int size;

    /** Counts a client; returns whether that changed anything. */
    boolean add(String clientId) {
        return add(hash(clientId));
    }

    private boolean add(long hash) {
        if (size == HASHES_MAX && Long.compareUnsigned(hash, hashes[size - 1]) >= 0) {
            return false;
        }
        int place = place(hash);
        if (place < size && hashes[place] == hash) {
            return false;
        }
        if (size == hashes.length && size < HASHES_MAX) {
            hashes = Arrays.copyOf(hashes, Math.min(HASHES_MAX, Math.max(2, 2 * size)));
        }
        int kept = Math.min(size, HASHES_MAX - 1);
        System.arraycopy(hashes, place, hashes, place + 1, kept - place);
        hashes[place] = hash;
        size = kept + 1;
        return true;
    }

    private int place(long hash) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(hashes[middle], hash) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Adds the clients of another set. */
    void addAll(DistinctClients other) {
        for (int i = 0; i < other.size; i++) {
            add(other.hashes[i]);
        }
    }

    /** The number of different clients: exact below {@link #HASHES_MAX}, an estimate from there on. */
    long estimate() {
        if (size < HASHES_MAX) {
            return size;
        }
        double share = unsigned(hashes[size - 1]) / RANGE;
        return Math.max(HASHES_MAX, Math.round((HASHES_MAX - 1) / share));
    }

    private static double unsigned(long bits) {
        double positive = bits & Long.MAX_VALUE;
        return bits < 0 ? positive + 0x1p63 : positive;
    }

    long[] hashes() {
        return Arrays.copyOf(hashes, size);
    }

    static DistinctClients restored(long[] hashes) {
        DistinctClients clients = new DistinctClients();
        for (long hash : hashes) {
            clients.add(hash);
        }
        return clients;
    }

    /** FNV-1a over the characters, then the finisher of MurmurHash3, so that close names lie far apart. */
    private static long hash(String clientId) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < clientId.length(); i++) {
            hash = (hash ^ clientId.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
        return hash ^ hash >>> 33;
    }
}
