package io.sluice.client;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * A count of reply records that carry a correlation ID of this instance, but do not answer its request.
 *
 * <p>The reader skips them: the request still waits for its answer. Any of them is either a defect or a forged reply.
 */
final class ForeignReplies {

    /** Why a reply is not trusted. */
    enum Cause {
        /** The name was never given, or its random bits are wrong. */
        CORRELATION_ID,
        /** It answers another kind of request. */
        KIND,
        /** It is about another client, account, command or partition. */
        SUBJECT,
        /** It is not a reply at all: a tombstone, too large, or not in the format. */
        UNREADABLE
    }

    private final Map<Cause, Counter> counters = new EnumMap<>(Cause.class);

    ForeignReplies(MeterRegistry registry) {
        for (Cause cause : Cause.values()) {
            counters.put(
                    cause,
                    Counter.builder("sluice.client.replies.foreign")
                            .description("Replies with a name of this instance that do not answer its request")
                            .tag("cause", cause.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                            .register(registry));
        }
    }

    void count(Cause cause) {
        Counter counter = counters.get(cause);
        if (counter != null) {
            counter.increment();
        }
    }
}
