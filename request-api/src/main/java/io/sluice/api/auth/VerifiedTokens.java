package io.sluice.api.auth;

import io.sluice.api.auth.Authentication.Authenticated;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The cache of recently verified tokens, by the hash of their text.
 *
 * <p>It has two generations: when the young one is full it becomes the old one, and the previous old one is dropped.
 * A token that is used moves to the young one. So the cache holds at most {@link #TOKENS_MAX}, keeps tokens in use,
 * and readers never wait for each other.
 */
final class VerifiedTokens {
    static final int TOKENS_MAX = 10_000;

    private volatile Generation young = new Generation();
    private volatile Generation old = new Generation();

    private record Verified(Authenticated holder, long untilMillis) {}

    private static final class Generation {
        private final Map<ByteBuffer, Verified> tokens = new ConcurrentHashMap<>();
        private final AtomicInteger added = new AtomicInteger();
    }

    /** The holder of a token; null if it was not verified lately, or no longer counts. */
    @Nullable Authenticated find(ByteBuffer hash, long nowMillis) {
        Verified inUse = young.tokens.get(hash);
        Verified verified = inUse == null ? old.tokens.get(hash) : inUse;
        if (verified == null || nowMillis >= verified.untilMillis()) {
            return null;
        }
        if (inUse == null) {
            put(hash, verified);
        }
        return verified.holder();
    }

    /** Remembers a token until then. */
    void put(ByteBuffer hash, Authenticated holder, long untilMillis) {
        put(hash, new Verified(holder, untilMillis));
    }

    private void put(ByteBuffer hash, Verified verified) {
        while (true) {
            Generation into = young;
            // Counted before it is added, so that no generation grows beyond its half.
            if (into.added.incrementAndGet() <= TOKENS_MAX / 2) {
                into.tokens.put(hash, verified);
                return;
            }
            renew(into);
        }
    }

    private synchronized void renew(Generation full) {
        if (young == full) {
            old = full;
            young = new Generation();
        }
    }

    int size() {
        return young.tokens.size() + old.tokens.size();
    }
}
