package io.sluice.streams.admission;

import io.sluice.engine.ledger.LedgerVersion;
import io.sluice.schemas.control.MessageKey;
import io.sluice.schemas.control.TrustedKeys;
import io.sluice.streams.topology.WrittenMessages;
import java.time.Duration;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The settings of every admission processor of an app.
 *
 * @param requestPartitions partitions of the request topic
 * @param replyPartitions partitions of the reply topic
 * @param keys prove control records
 * @param sweepInterval pause between two steps of the clean-up
 * @param sweepEntriesMax state entries read in one step
 * @param cachedEntriesMax buckets, and a share of it of other entries, that each partition keeps as objects
 * @param marks writes marks of the app's own time
 * @param messages proves messages between partitions; null without the rules key: requests that meet a limit of scope
 *     global are then refused
 * @param differing what a test or a run of a log has in place of the streams app's
 */
public record AdmissionConfig(
        int requestPartitions,
        int replyPartitions,
        TrustedKeys keys,
        Duration sweepInterval,
        int sweepEntriesMax,
        int cachedEntriesMax,
        MarkSender marks,
        @Nullable MessageKey messages,
        Differing differing) {

    /**
     * What not every app has in common.
     *
     * @param written which messages between partitions are in the log; a test may have them in its hands
     * @param newestVersion the newest ledger version that it decides by; a test may know more
     * @param owners asked on the spot by a run of a log under other rules; null for the streams app, which sends
     *     messages
     * @param beginsAnywhere whether its first record may be any of the log: a run of a part of it misses nothing before
     * @param unproven offsets of messages that are refused whatever they prove: a run has no key, and knows them
     */
    public record Differing(
            WrittenMessages written,
            LedgerVersion newestVersion,
            @Nullable OwnersAtHand owners,
            boolean beginsAnywhere,
            LongPredicate unproven) {
        static final Differing NOTHING = new Differing(
                WrittenMessages.AT_ONCE, LedgerVersion.NEWEST, null, /* beginsAnywhere= */ false, offset -> false);
    }

    /** Of an app that knows all ledger versions of this code. */
    public AdmissionConfig(
            int requestPartitions,
            int replyPartitions,
            TrustedKeys keys,
            Duration sweepInterval,
            int sweepEntriesMax,
            int cachedEntriesMax,
            MarkSender marks,
            @Nullable MessageKey messages) {
        this(
                requestPartitions,
                replyPartitions,
                keys,
                sweepInterval,
                sweepEntriesMax,
                cachedEntriesMax,
                marks,
                messages,
                Differing.NOTHING);
    }

    /** The same with another newest version. */
    public AdmissionConfig knowing(LedgerVersion newest) {
        return with(new Differing(
                differing.written(), newest, differing.owners(), differing.beginsAnywhere(), differing.unproven()));
    }

    /** The same for an app that learns by this which messages are in the log. */
    public AdmissionConfig learningBy(WrittenMessages written) {
        return with(new Differing(
                written,
                differing.newestVersion(),
                differing.owners(),
                differing.beginsAnywhere(),
                differing.unproven()));
    }

    /** The same for a run that asks the owners of wide buckets on the spot. */
    public AdmissionConfig asking(OwnersAtHand owners) {
        return with(new Differing(
                differing.written(),
                differing.newestVersion(),
                owners,
                differing.beginsAnywhere(),
                differing.unproven()));
    }

    /** The same for a run of a log, or of a part of one. */
    public AdmissionConfig beginningAnywhere() {
        return with(new Differing(
                differing.written(),
                differing.newestVersion(),
                differing.owners(),
                /* beginsAnywhere= */ true,
                differing.unproven()));
    }

    /** The same for a run of a log of which the app refused these messages. */
    public AdmissionConfig refusing(LongPredicate unproven) {
        return with(new Differing(
                differing.written(),
                differing.newestVersion(),
                differing.owners(),
                differing.beginsAnywhere(),
                unproven));
    }

    private AdmissionConfig with(Differing other) {
        return new AdmissionConfig(
                requestPartitions,
                replyPartitions,
                keys,
                sweepInterval,
                sweepEntriesMax,
                cachedEntriesMax,
                marks,
                messages,
                other);
    }

    WrittenMessages written() {
        return differing.written();
    }

    LedgerVersion newestVersion() {
        return differing.newestVersion();
    }

    @Nullable OwnersAtHand owners() {
        return differing.owners();
    }

    boolean beginsAnywhere() {
        return differing.beginsAnywhere();
    }

    LongPredicate unproven() {
        return differing.unproven();
    }
}
