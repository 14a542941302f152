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
import io.sluice.streams.replay.PartitionRun;
import org.jspecify.annotations.Nullable;

/**
 * What was in force where a partition's log begins, if not with its first record: as the rules writer had published it
 * by then.
 *
 * @param ruleset the newest activation of that time, as it was signed; null if there was none
 * @param revision its revision; 0 if there was none
 * @param access the newest access entries of that time, as they were signed; null if there were none
 * @param isUncertain whether something was published so shortly before that the partition may not have had it yet
 */
public record StartRules(
        @Nullable String ruleset, long revision, @Nullable String access, boolean isUncertain) {
    /** Nothing is known, or the log itself says it. */
    public static final StartRules NONE = new StartRules(null, 0, null, false);

    /** Within this time, what is published reaches every partition, unless Kafka itself is down. */
    static final long REACHES_MILLIS = 10_000;

    /**
     * Looks through what was published.
     *
     * @param millis the time of the first record that is there
     */
    static StartRules at(LogSource log, long millis) throws LogException {
        LogReader published = log.rules();
        if (published == null) {
            return NONE;
        }
        Search search = new Search(log.keys(), millis);
        try (published) {
            for (LoggedRecord record = published.next(); record != null; record = published.next()) {
                search.take(record);
            }
        }
        return search.found();
    }

    /** Keeps the newest of each kind. Records that prove nothing are passed over, as everybody does. */
    private static final class Search {
        private final TrustedKeys keys;
        private final long millis;
        private @Nullable String ruleset;
        private long revision;
        private @Nullable String access;
        private long accessVersion;
        private boolean isUncertain;

        Search(TrustedKeys keys, long millis) {
            this.keys = keys;
            this.millis = millis;
        }

        void take(LoggedRecord record) {
            if (record.timestampMillis() > millis
                    || !(RequestCodec.decode(record.key(), record.value())
                            instanceof DecodedRequest.WellFormed wellFormed)
                    || !(wellFormed.record().request() instanceof ControlRecord control)) {
                return;
            }
            try {
                take(control, record.timestampMillis() > millis - REACHES_MILLIS);
            } catch (WireException e) {
                // Nobody could put it in force: the one before stays.
                return;
            }
        }

        private void take(ControlRecord control, boolean isLate) throws WireException {
            if (keys.verify(SignedKind.RULES, control)) {
                long number = ActivationCodec.decode(control.payload()).revision();
                if (number > revision) {
                    ruleset = control.payload();
                    revision = number;
                    isUncertain |= isLate;
                }
            } else if (keys.verify(SignedKind.ACCESS, control)) {
                long number = AccessSnapshotCodec.decode(control.payload()).version();
                if (number > accessVersion) {
                    access = control.payload();
                    accessVersion = number;
                    isUncertain |= isLate;
                }
            }
        }

        StartRules found() {
            return new StartRules(ruleset, revision, access, isUncertain);
        }
    }

    /** Before the first record. */
    public void putInForce(PartitionRun run) throws LogException {
        try {
            if (ruleset != null) {
                run.activate(ruleset);
            }
            if (access != null) {
                run.activateAccess(access);
            }
        } catch (WireException e) {
            throw new LogException(
                    "what was in force where the log begins cannot be read: ruleset revision " + revision + ": "
                            + e.getMessage() + " (expected: a Sluice that knows all of it; run a newer one)",
                    e);
        }
    }
}
