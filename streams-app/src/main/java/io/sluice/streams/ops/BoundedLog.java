package io.sluice.streams.ops;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** A log of recurring events that writes each at most once a minute, with the number of times it has happened. */
final class BoundedLog {
    private static final long INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int SUBJECTS_MAX = 100;

    private final LongSupplier nanoClock;
    private final Map<String, Logged> bySubject = new HashMap<>();

    BoundedLog(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    private static final class Logged {
        private long atNanos;
        private long times;
    }

    /** How often it has happened since it was last logged, this time included; 0 if it is not to be logged now. */
    synchronized long happened(String subject) {
        long now = nanoClock.getAsLong();
        Logged told = bySubject.get(subject);
        if (told == null) {
            if (bySubject.size() == SUBJECTS_MAX) {
                return 0;
            }
            told = new Logged();
            told.atNanos = now - INTERVAL_NANOS;
            bySubject.put(subject, told);
        }
        told.times++;
        if (now - told.atNanos < INTERVAL_NANOS) {
            return 0;
        }
        long times = told.times;
        told.atNanos = now;
        told.times = 0;
        return times;
    }
}
