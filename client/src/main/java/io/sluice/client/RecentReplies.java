package io.sluice.client;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.ReplyCodec;
import io.sluice.schemas.reply.Reply;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recent first replies, with which further replies to the same requests are compared.
 *
 * <p>With a reply replica each request has two replies, from two applications that read the same log. A restarted app
 * replies again, too. The caller gets the first one that comes in time. Any other must be equal to it, since a
 * verdict is a function of the log. So each front end checks verdicts in production.
 *
 * <p>Only replies with decisions are compared, not those to queries. Bytes are compared first, and content only if
 * they differ, since two versions of the code may encode the same reply differently.
 *
 * <p>Only the thread that reads replies uses it; any thread may read the gauges.
 */
final class RecentReplies {
    private static final Logger LOG = LoggerFactory.getLogger(RecentReplies.class);
    /** Of each reply that may be remembered, on average. */
    static final int BYTES_EACH = 1_024;
    /** Of each reply in the log. */
    private static final int SHOWN_CHARS = 2_000;

    private static final long LOG_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final int entriesMax;
    private final Map<Long, Seen> entries = new LinkedHashMap<>();
    private final Counter equal;
    private final Counter different;
    private long bytes;
    private @Nullable Long loggedNanos;
    private volatile int size;

    private record Seen(CorrelationId id, byte[] value) {}

    /**
     * An empty table.
     *
     * @param entriesMax replies that it remembers, of {@link #BYTES_EACH} on average; 0 for none
     */
    RecentReplies(int entriesMax, MeterRegistry registry) {
        this.entriesMax = entriesMax;
        this.equal = compared(registry, "equal");
        this.different = compared(registry, "different");
        Gauge.builder("sluice.client.replies.remembered", this, table -> table.size)
                .description("First replies that are kept, to compare later ones to the same requests with them")
                .strongReference(true)
                .register(registry);
        Gauge.builder("sluice.client.replies.remembered.max", this, table -> table.entriesMax)
                .description("Bound of the first replies that are kept")
                .strongReference(true)
                .register(registry);
    }

    private static Counter compared(MeterRegistry registry, String outcome) {
        return Counter.builder("sluice.client.replies.compared")
                .description("Further replies to requests that have theirs, compared with the first")
                .tag("outcome", outcome)
                .register(registry);
    }

    /** Remembers a reply that a request got. */
    void remember(CorrelationId id, Reply reply, byte[] value) {
        if (!ReplyComparison.isDecided(reply) || value.length > (long) entriesMax * BYTES_EACH) {
            return;
        }
        Seen replaced = entries.remove(id.number());
        if (replaced != null) {
            bytes -= replaced.value().length;
        }
        entries.put(id.number(), new Seen(id, value));
        bytes += value.length;
        Iterator<Seen> oldest = entries.values().iterator();
        while (entries.size() > entriesMax || bytes > (long) entriesMax * BYTES_EACH) {
            bytes -= oldest.next().value().length;
            oldest.remove();
        }
        size = entries.size();
    }

    /**
     * Remembers the first reply to a request whose caller no longer waits: after a takeover both replies may come too
     * late. Its correlation ID can no longer be checked, so it replaces no other entry.
     */
    void rememberLate(CorrelationId id, Reply reply, byte[] value) {
        if (!entries.containsKey(id.number())) {
            remember(id, reply, value);
        }
    }

    /** Whether the request has its reply, and it is remembered; this one is then compared with it. */
    boolean isAnotherReply(CorrelationId id, byte @Nullable [] value) {
        Seen first = entries.get(id.number());
        if (first == null || value == null || !first.id().isSameAs(id)) {
            return false;
        }
        if (Arrays.equals(first.value(), value) || saysTheSame(first.value(), value)) {
            equal.increment();
        } else {
            different.increment();
            log(first.value(), value);
        }
        return true;
    }

    private static boolean saysTheSame(byte[] first, byte[] other) {
        try {
            return ReplyComparison.saysTheSame(ReplyCodec.read(first), ReplyCodec.read(other));
        } catch (WireException | RuntimeException e) {
            LOG.debug("a further reply cannot be read", e);
            return false;
        }
    }

    private void log(byte[] first, byte[] other) {
        long nowNanos = System.nanoTime();
        Long before = loggedNanos;
        if (before == null || nowNanos - before > LOG_PAUSE_NANOS) {
            loggedNanos = nowNanos;
            LOG.error(
                    "two replies to one request differ; a verdict must be a function of the log, so one is wrong"
                            + " (runbook SluiceRepliesDiffer). The caller has: {} The other one: {}",
                    shown(first),
                    shown(other));
        }
    }

    private static String shown(byte[] value) {
        String text = new String(value, StandardCharsets.UTF_8);
        return text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "...";
    }
}
