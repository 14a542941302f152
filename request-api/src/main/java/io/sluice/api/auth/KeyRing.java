package io.sluice.api.auth;

import io.sluice.api.auth.Authentication.Authenticated;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The static keys that are accepted, each name and each secret once. */
public final class KeyRing {
    static final int KEYS_MAX = 1_000;

    private final Map<Long, HashedKey> keys;

    private KeyRing(Map<Long, HashedKey> keys) {
        this.keys = Map.copyOf(keys);
    }

    private static final class HashedKey {
        private final byte[] hash;
        private final Authenticated holder;

        HashedKey(byte[] hash, Authenticated holder) {
            this.hash = hash;
            this.holder = holder;
        }
    }

    /**
     * A ring of these keys.
     *
     * @throws IllegalArgumentException if two have the same name or secret, or there are too many
     */
    public static KeyRing of(List<AccessKey> keys) {
        if (keys.size() > KEYS_MAX) {
            throw new IllegalArgumentException(keys.size() + " keys (expected: at most " + KEYS_MAX + ")");
        }
        Set<String> names = new HashSet<>();
        Map<Long, HashedKey> hashed = new HashMap<>();
        for (AccessKey key : keys) {
            if (!names.add(key.name())) {
                throw new IllegalArgumentException(
                        "key " + key.name() + " is there twice (expected: one of each name)");
            }
            byte[] hash = HexFormat.of().parseHex(key.sha256());
            Authenticated holder = new Authenticated(new Caller(key.name(), key.roles(), key.accounts()));
            HashedKey other = hashed.put(beginning(hash), new HashedKey(hash, holder));
            if (other != null) {
                throw new IllegalArgumentException(
                        "keys " + other.holder.caller().name() + " and " + key.name()
                                + " have the same sha256 (expected: a secret for each)");
            }
        }
        return new KeyRing(hashed);
    }

    boolean isEmpty() {
        return keys.isEmpty();
    }

    /** The holder of the key with this hash; null if there is none. */
    @Nullable Authenticated holder(byte[] hash) {
        HashedKey key = keys.get(beginning(hash));
        return key != null && MessageDigest.isEqual(key.hash, hash) ? key.holder : null;
    }

    /** Finds the one key that it may be; the comparison takes the same time wherever they differ. */
    private static long beginning(byte[] hash) {
        return ByteBuffer.wrap(hash).getLong();
    }
}
