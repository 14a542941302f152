package io.sluice.replay.run;

import io.sluice.replay.log.LogException;
import io.sluice.replay.log.LogReader;
import io.sluice.replay.log.LogSource;
import io.sluice.replay.log.LoggedRecord;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.AccessSnapshotCodec;
import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.codec.DecodedRequest;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.control.TrustedKeys;
import io.sluice.schemas.request.ControlRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the rules writer has published, looked through once for all partitions: where their logs do not begin with the
 * first record, they begin at nearly the same time, and so under the same rules.
 *
 * <p>A list has when each document was published. The documents themselves are kept for the time that was asked about
 * last; another time may cost another look. Thread-safe.
 */
final class PublishedRules {
    /** Within this time, what is published reaches every partition, unless Kafka itself is down. */
    static final long REACHES_MILLIS = 10_000;

    private final LogSource log;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<Long, String> payloads = new HashMap<>();
    private boolean isRead;
    private int looks;

    private enum Kind {
        RULESET,
        ACCESS
    }

    /** One document: when it was published, under which number, and where it is. */
    private record Entry(Kind kind, long millis, long number, long offset) {}

    PublishedRules(LogSource log) {
        this.log = log;
    }

    /**
     * The newest of each kind that was published by then.
     *
     * @param millis the time of the first record that is there
     */
    synchronized StartRules at(long millis) throws LogException {
        if (!isRead) {
            look(millis);
            isRead = true;
        }
        Found found = found(millis);
        if (!payloads.keySet().containsAll(found.offsets())) {
            look(millis);
        }
        Entry ruleset = found.ruleset();
        Entry access = found.access();
        return ruleset == null && access == null
                ? StartRules.NONE
                : new StartRules(
                        ruleset == null ? null : payloads.get(ruleset.offset()),
                        ruleset == null ? 0 : ruleset.number(),
                        access == null ? null : payloads.get(access.offset()),
                        found.isUncertain());
    }

    /** How often the topic was read. */
    synchronized int looks() {
        return looks;
    }

    /** The newest of each kind, and whether one came so late that a partition may not have had it yet. */
    private record Found(@Nullable Entry ruleset, @Nullable Entry access, boolean isUncertain) {
        static final Found NOTHING = new Found(null, null, false);

        List<Long> offsets() {
            List<Long> offsets = new ArrayList<>();
            if (ruleset != null) {
                offsets.add(ruleset.offset());
            }
            if (access != null) {
                offsets.add(access.offset());
            }
            return offsets;
        }

        Found and(Entry next, long millis) {
            Entry before = next.kind() == Kind.RULESET ? ruleset : access;
            if (next.millis() > millis || (before != null && next.number() <= before.number())) {
                return this;
            }
            boolean isLate = isUncertain || next.millis() > millis - REACHES_MILLIS;
            return next.kind() == Kind.RULESET ? new Found(next, access, isLate) : new Found(ruleset, next, isLate);
        }
    }

    private Found found(long millis) {
        Found found = Found.NOTHING;
        for (Entry entry : entries) {
            found = found.and(entry, millis);
        }
        return found;
    }

    /** Reads the topic once more, and keeps the documents that were the newest at a time. */
    private void look(long millis) throws LogException {
        entries.clear();
        payloads.clear();
        LogReader published = log.rules();
        if (published == null) {
            return;
        }
        looks++;
        Found found = Found.NOTHING;
        try (published) {
            for (LoggedRecord record = published.next(); record != null; record = published.next()) {
                ControlRecord control = control(record);
                Entry entry = control == null ? null : entry(record, control, log.keys());
                if (control != null && entry != null) {
                    entries.add(entry);
                    found = found.and(entry, millis);
                    if (found.offsets().contains(entry.offset())) {
                        payloads.put(entry.offset(), control.payload());
                        payloads.keySet().retainAll(found.offsets());
                    }
                }
            }
        }
    }

    private static @Nullable ControlRecord control(LoggedRecord record) {
        return RequestCodec.decode(record.key(), record.value()) instanceof DecodedRequest.WellFormed wellFormed
                        && wellFormed.record().request() instanceof ControlRecord control
                ? control
                : null;
    }

    /** Null for what proves nothing, and for what nobody could put in force: the one before stays. */
    private static @Nullable Entry entry(LoggedRecord record, ControlRecord control, TrustedKeys keys) {
        try {
            if (keys.verify(SignedKind.RULES, control)) {
                long number = ActivationCodec.decode(control.payload()).revision();
                return new Entry(Kind.RULESET, record.timestampMillis(), number, record.offset());
            }
            if (keys.verify(SignedKind.ACCESS, control)) {
                long number = AccessSnapshotCodec.decode(control.payload()).version();
                return new Entry(Kind.ACCESS, record.timestampMillis(), number, record.offset());
            }
            return null;
        } catch (WireException e) {
            return null;
        }
    }
}
