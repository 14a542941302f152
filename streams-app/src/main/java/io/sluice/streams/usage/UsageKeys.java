package io.sluice.streams.usage;

import io.sluice.schemas.usage.Ranking;
import io.sluice.schemas.usage.UsageWindow;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Bytes;

/**
 * The keys of the usage store. The accounts of one window are adjacent, so that a window can be read and dropped as a
 * whole. One account is read window by window.
 */
final class UsageKeys {
    static final Bytes PROGRESS = Bytes.wrap(new byte[] {'p'});

    /** The progress of the spike watch. */
    static final Bytes WATCH = Bytes.wrap(new byte[] {'v'});
    /** After all histories. */
    static final Bytes HISTORIES_END = Bytes.wrap(new byte[] {'w' + 1});

    /** After all accounts with burning limits. */
    static final Bytes BURNING_END = Bytes.wrap(new byte[] {'b' + 1});

    private static final byte ACCOUNT = 'a';
    private static final byte BURNING = 'b';
    private static final byte HOLD = 'h';
    private static final byte COUNT = 'n';
    private static final byte RANKING = 'r';
    private static final byte HISTORY = 'w';
    private static final int WINDOW_BYTES = 1 + 1 + Long.BYTES;

    private UsageKeys() {}

    static Bytes account(UsageWindow window, long fromMillis, String account) {
        return key(ACCOUNT, window, fromMillis, account.getBytes(StandardCharsets.UTF_8));
    }

    /** Before all accounts of the window, and after those of earlier windows. */
    static Bytes accountsFrom(UsageWindow window, long fromMillis) {
        return key(ACCOUNT, window, fromMillis, new byte[0]);
    }

    static Bytes ranking(UsageWindow window, long fromMillis, Ranking ranking) {
        return key(RANKING, window, fromMillis, new byte[] {(byte) ranking.ordinal()});
    }

    static Bytes rankingsFrom(UsageWindow window, long fromMillis) {
        return key(RANKING, window, fromMillis, new byte[0]);
    }

    /** How many accounts the window has. */
    static Bytes count(UsageWindow window, long fromMillis) {
        return key(COUNT, window, fromMillis, new byte[0]);
    }

    static Bytes hold(String holdId) {
        return named(HOLD, holdId);
    }

    /** The requests that an account usually makes. */
    static Bytes history(String account) {
        return named(HISTORY, account);
    }

    /** The limits of an account that burn. */
    static Bytes burning(String account) {
        return named(BURNING, account);
    }

    static String accountOfHistory(Bytes key) {
        return new String(key.get(), 1, key.get().length - 1, StandardCharsets.UTF_8);
    }

    private static Bytes named(byte kind, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return Bytes.wrap(
                ByteBuffer.allocate(1 + bytes.length).put(kind).put(bytes).array());
    }

    /** The account of such a key. */
    static String account(Bytes key) {
        return new String(key.get(), WINDOW_BYTES, key.get().length - WINDOW_BYTES, StandardCharsets.UTF_8);
    }

    private static Bytes key(byte kind, UsageWindow window, long fromMillis, byte[] rest) {
        return Bytes.wrap(ByteBuffer.allocate(WINDOW_BYTES + rest.length)
                .put(kind)
                .put((byte) window.ordinal())
                .putLong(fromMillis ^ Long.MIN_VALUE)
                .put(rest)
                .array());
    }
}
