package io.sluice.cli.simulation;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;

/** Everything that happened, as one hash; and the last of it, to read. */
final class Trace {
    private static final int TAIL_LINES_MAX = 60;
    private static final int HASH_BYTES = 8;

    private final EventQueue events;
    private final long startMillis;
    private final MessageDigest digest;
    private final Deque<String> tail = new ArrayDeque<>();
    private long lines;

    Trace(EventQueue events) {
        this.events = events;
        this.startMillis = events.nowMillis();
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    void add(String what) {
        String line = events.nowMillis() - startMillis + " " + what;
        digest.update(line.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
        lines++;
        if (tail.size() == TAIL_LINES_MAX) {
            tail.removeFirst();
        }
        tail.addLast(line);
    }

    long lines() {
        return lines;
    }

    String tail() {
        return String.join("\n", tail);
    }

    /** Ends the trace. */
    String hash() {
        return HexFormat.of().formatHex(digest.digest(), 0, HASH_BYTES);
    }
}
