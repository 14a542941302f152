package io.sluice.engine.penalty;

/**
 * A number that stands for a name: FNV-1a over UTF-16 units, then mixed as MurmurHash3 ends. Two names that collide
 * count once; a caller that finds such names only counts less.
 */
final class NameHash {
    private NameHash() {}

    static long of(String name) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }
}
