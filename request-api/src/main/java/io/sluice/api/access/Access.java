package io.sluice.api.access;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells who a caller is, by a bearer token; nobody unless there are keys, or the port is open. */
public final class Access {
    private static final String SCHEME = "bearer ";
    private static final int KEYS_MAX = 1_000;

    private final List<AccessKey> keys;
    private final @Nullable Caller everybody;

    private Access(List<AccessKey> keys, @Nullable Caller everybody) {
        this.keys = List.copyOf(keys);
        this.everybody = everybody;
    }

    /** Only who holds one of the keys. */
    public static Access of(List<AccessKey> keys) {
        Set<String> names = new HashSet<>();
        for (AccessKey key : keys) {
            if (!names.add(key.name())) {
                throw new IllegalArgumentException(
                        "key " + key.name() + " is there twice (expected: one of each name)");
            }
        }
        if (keys.size() > KEYS_MAX) {
            throw new IllegalArgumentException(keys.size() + " keys (expected: at most " + KEYS_MAX + ")");
        }
        return new Access(keys, null);
    }

    /** Everybody who reaches the port, with every role, under this name: for one's own machine only. */
    public static Access open(String name) {
        return new Access(List.of(), new Caller(name, EnumSet.allOf(Role.class)));
    }

    /** The caller of an {@code Authorization} field; null for a stranger. */
    @Nullable Caller callerOf(@Nullable String authorization) {
        if (everybody != null) {
            return everybody;
        }
        if (authorization == null || !authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return null;
        }
        String hash = AccessKey.hashOf(authorization.substring(SCHEME.length()).strip());
        Caller found = null;
        // All are looked at, so that the time tells nothing about which one it was.
        for (AccessKey key : keys) {
            if (key.matches(hash)) {
                found = new Caller(key.name(), key.roles());
            }
        }
        return found;
    }
}
