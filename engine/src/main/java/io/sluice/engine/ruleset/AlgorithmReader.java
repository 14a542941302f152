package io.sluice.engine.ruleset;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.Bounds;
import io.sluice.engine.bucket.Concurrency;
import io.sluice.engine.bucket.FixedWindow;
import io.sluice.engine.bucket.LeakyBucket;
import io.sluice.engine.bucket.Rate;
import io.sluice.engine.bucket.SlidingWindowCounter;
import io.sluice.engine.bucket.SlidingWindowLog;
import io.sluice.engine.bucket.TokenBucket;
import io.sluice.engine.bucket.Window;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A reader of the fields of a limit that say how it counts.
 *
 * <pre>
 *   token-bucket             rate {tokens, per}   burst
 *   leaky-bucket             rate {tokens, per}   queue
 *   fixed-window             limit   window {per, from: epoch|first-hit} or {calendar, zone, anchorDay}
 *   sliding-window-counter   limit   window {per}
 *   sliding-window-log       limit   window {per}
 *   concurrency              limit   ttl
 * </pre>
 */
final class AlgorithmReader {
    private static final String TOKEN_BUCKET = "token-bucket";
    private static final Set<String> RATE_KEYS = Set.of("tokens", "per");
    private static final Set<String> WINDOW_KEYS = Set.of("per", "from", "calendar", "zone", "anchorDay");
    private static final Set<String> SLIDING_KEYS = Set.of("per");
    private static final Rate SOME_RATE = new Rate(1, 1);
    private static final Map<String, Window.Unit> UNITS = Map.of(
            "hour", Window.Unit.HOUR,
            "day", Window.Unit.DAY,
            "week", Window.Unit.WEEK,
            "month", Window.Unit.MONTH,
            "year", Window.Unit.YEAR);

    /** Every field that belongs to some algorithm. */
    static final Set<String> KEYS = Set.of("algorithm", "rate", "burst", "queue", "limit", "window", "ttl");

    /** One algorithm's own fields, and how they are read. */
    private record Reader(Set<String> keys, Function<DocumentSection, @Nullable Algorithm> read) {}

    private static final Reader TOKEN_BUCKET_READER = new Reader(Set.of("rate", "burst"), AlgorithmReader::tokenBucket);
    private static final Map<String, Reader> READERS = Map.of(
            TOKEN_BUCKET,
            TOKEN_BUCKET_READER,
            "leaky-bucket",
            new Reader(Set.of("rate", "queue"), AlgorithmReader::leakyBucket),
            "fixed-window",
            new Reader(Set.of("limit", "window"), AlgorithmReader::fixedWindow),
            "sliding-window-counter",
            new Reader(Set.of("limit", "window"), section -> sliding(section, SlidingWindowCounter::new)),
            "sliding-window-log",
            new Reader(Set.of("limit", "window"), section -> sliding(section, SlidingWindowLog::new)),
            "concurrency",
            new Reader(Set.of("limit", "ttl"), AlgorithmReader::concurrency));

    private AlgorithmReader() {}

    /** The algorithm of a limit, or null if something is wrong with it, which is then noted. */
    static @Nullable Algorithm read(DocumentSection section) {
        String name = section.has("algorithm") ? section.text("algorithm", TOKEN_BUCKET) : TOKEN_BUCKET;
        Reader reader = section.choice("algorithm", READERS, TOKEN_BUCKET_READER);
        Set<String> strangers = new TreeSet<>(KEYS);
        strangers.removeAll(reader.keys());
        strangers.remove("algorithm");
        for (String unauthenticated : strangers) {
            if (section.has(unauthenticated)) {
                section.problem(
                        unauthenticated,
                        "not a field of " + name + " (expected: "
                                + String.join(
                                        ", ", reader.keys().stream().sorted().toList()) + ")");
            }
        }
        return reader.read().apply(section);
    }

    private static @Nullable Algorithm tokenBucket(DocumentSection section) {
        Rate rate = rate(section);
        if (rate == null && !section.has("burst")) {
            // One pass finds every problem, but a burst that is left out would only repeat that of the rate.
            return null;
        }
        long burst = section.has("burst") ? section.integer("burst", 1) : tokens(section);
        Rate used = rate == null ? SOME_RATE : rate;
        TokenBucket bucket = section.parsed("burst", it -> new TokenBucket(used, burst));
        return rate == null ? null : bucket;
    }

    private static @Nullable Algorithm leakyBucket(DocumentSection section) {
        Rate rate = rate(section);
        Rate used = rate == null ? SOME_RATE : rate;
        LeakyBucket bucket = section.parsed("queue", it -> new LeakyBucket(used, it.integer("queue", 1)));
        return rate == null ? null : bucket;
    }

    private static @Nullable Rate rate(DocumentSection section) {
        DocumentSection rate = section.section("rate", RATE_KEYS);
        long tokens = rate.integer("tokens", 1);
        Long periodMillis = duration(rate, "per");
        return periodMillis == null ? null : section.parsed("rate", it -> new Rate(tokens, periodMillis));
    }

    private static long tokens(DocumentSection section) {
        return section.section("rate", RATE_KEYS).integer("tokens", 1);
    }

    private static @Nullable Long duration(DocumentSection section, String name) {
        return DurationText.read(section, name, 1, Rate.PERIOD_MILLIS_MAX);
    }

    private static @Nullable Algorithm fixedWindow(DocumentSection section) {
        DocumentSection windowSection = section.section("window", WINDOW_KEYS);
        Window window = windowSection.has("calendar") ? calendar(windowSection) : plainWindow(windowSection);
        Window used = window == null ? new Window.EpochAligned(1) : window;
        FixedWindow fixed = section.parsed("limit", it -> new FixedWindow(used, it.integer("limit", 1)));
        return window == null ? null : fixed;
    }

    private static @Nullable Window plainWindow(DocumentSection section) {
        for (String name : List.of("zone", "anchorDay")) {
            if (section.has(name)) {
                section.problem(name, section.raw(name) + " (expected: only with calendar)");
            }
        }
        Boolean firstHit = section.choice("from", Map.of("epoch", false, "first-hit", true), false);
        Long periodMillis = duration(section, "per");
        if (periodMillis == null) {
            return null;
        }
        return section.parsed(
                "per", it -> firstHit ? new Window.FirstHit(periodMillis) : new Window.EpochAligned(periodMillis));
    }

    private static @Nullable Window calendar(DocumentSection section) {
        for (String name : List.of("per", "from")) {
            if (section.has(name)) {
                section.problem(name, section.raw(name) + " (expected: not with calendar)");
            }
        }
        Window.Unit unit = section.choice("calendar", UNITS, Window.Unit.DAY);
        ZoneId zone =
                section.has("zone") ? section.parsed("zone", it -> zone(it.text("zone", "UTC"))) : ZoneId.of("UTC");
        long anchorDay = section.has("anchorDay") ? section.integer("anchorDay", 1) : 1;
        if (zone == null) {
            return null;
        }
        return section.parsed(
                "anchorDay", it -> new Window.Calendar(unit, zone, (int) Bounds.within("anchorDay", anchorDay, 1, 31)));
    }

    private static ZoneId zone(String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("\"" + text + "\" (expected: a time zone such as Europe/Berlin)", e);
        }
    }

    /** The constructor of an algorithm over a sliding window. */
    @FunctionalInterface
    private interface Sliding {
        Algorithm of(long periodMillis, long limit);
    }

    private static @Nullable Algorithm sliding(DocumentSection section, Sliding algorithm) {
        Long periodMillis = duration(section.section("window", SLIDING_KEYS), "per");
        long limit = section.integer("limit", 1);
        return section.parsed("limit", it -> algorithm.of(periodMillis == null ? 1 : periodMillis, limit));
    }

    private static @Nullable Algorithm concurrency(DocumentSection section) {
        Long ttlMillis = duration(section, "ttl");
        return section.parsed(
                "limit", it -> new Concurrency(it.integer("limit", 1), ttlMillis == null ? 1 : ttlMillis));
    }
}
