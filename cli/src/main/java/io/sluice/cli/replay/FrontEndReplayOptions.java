package io.sluice.cli.replay;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.cli.CommandFailure;
import io.sluice.replay.log.KafkaRequestLog;
import io.sluice.replay.past.DecisionQueue;
import io.sluice.replay.run.RunBounds;
import io.sluice.replay.trial.RulesTrials;
import io.sluice.schemas.control.TrustedKeys;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options of replays in a front end: whether it runs the log for operators, and the bounds. */
public final class FrontEndReplayOptions {
    private static final long MEBIBYTE = 1L << 20;
    private static final int CACHED_ENTRIES_MAX = 20_000;
    private static final int ACCOUNTS_MAX = 200;
    private static final int BUCKETS_MAX = 100_000;

    @Option(
            names = "--replay",
            description = "Explain decisions of the past, and try rulesets on the log, on the admin port. Needs "
                    + "--command-public-key-file, and the right to read the request topic.")
    private boolean isOn;

    @Option(
            names = "--replay-waiting-max",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_REPLAY_WAITING_MAX:-4}",
            description = "Requests to explain a past decision that may wait while another one runs (or "
                    + "$SLUICE_REPLAY_WAITING_MAX; default: 4).")
    private int waitingMax = 4;

    @Option(
            names = "--replay-millis-max",
            paramLabel = "MILLIS",
            defaultValue = "${env:SLUICE_REPLAY_MILLIS_MAX:-10000}",
            description = "How long one of these may take (or $SLUICE_REPLAY_MILLIS_MAX; default: 10000).")
    private long millisMax = 10_000;

    @Option(
            names = "--replay-offsets-max",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_REPLAY_OFFSETS_MAX:-500000}",
            description = "Offsets before a decision that are run to get its state; earlier ones are left out (or "
                    + "$SLUICE_REPLAY_OFFSETS_MAX; default: 500000).")
    private long offsetsMax = 500_000;

    @Option(
            names = "--replay-memory-mib",
            paramLabel = "MIB",
            defaultValue = "${env:SLUICE_REPLAY_MEMORY_MIB:-64}",
            description = "Memory outside of the heap for the state of an explanation, and the same again for a trial "
                    + "(or $SLUICE_REPLAY_MEMORY_MIB; default: 64).")
    private long memoryMib = 64;

    @Option(
            names = "--trial-offsets-max",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_TRIAL_OFFSETS_MAX:-20000000}",
            description = "Offsets of each partition that are run to try a ruleset; earlier ones are left out (or "
                    + "$SLUICE_TRIAL_OFFSETS_MAX; default: 20000000).")
    private long trialOffsetsMax = 20_000_000;

    @Option(
            names = "--trial-kept-millis",
            paramLabel = "MILLIS",
            defaultValue = "${env:SLUICE_TRIAL_KEPT_MILLIS:-3600000}",
            description = "How long the result of a trial is kept, unless another one begins"
                    + " (or $SLUICE_TRIAL_KEPT_MILLIS; default: 3600000).")
    private long keptMillis = 3_600_000;

    @Option(
            names = "--replay-work-directory",
            paramLabel = "DIRECTORY",
            defaultValue = "${env:SLUICE_REPLAY_WORK_DIRECTORY:-${sys:java.io.tmpdir}}",
            description = "Directory for the state of a run (or $SLUICE_REPLAY_WORK_DIRECTORY; default: the system's "
                    + "temporary directory).")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

    @Option(
            names = "--replay-disk-mib",
            paramLabel = "MIB",
            defaultValue = "${env:SLUICE_REPLAY_DISK_MIB:-4096}",
            description = "Disk space in that directory for the state of an explanation; a trial may use as much again"
                    + " (or $SLUICE_REPLAY_DISK_MIB; default: 4096).")
    private long diskMib = 4_096;

    /** Whether the log is run at all. */
    public boolean isOn() {
        return isOn;
    }

    /** Over the log of a cluster; nothing is read before somebody asks. */
    public FrontEndReplays start(Map<String, String> kafka, TrustedKeys keys, MeterRegistry registry)
            throws CommandFailure {
        return new FrontEndReplays(() -> new KafkaRequestLog(kafka, keys), bounds(), registry);
    }

    private FrontEndReplays.Bounds bounds() throws CommandFailure {
        try {
            RunBounds run = new RunBounds(/* threads= */ 1, memoryMib * MEBIBYTE, CACHED_ENTRIES_MAX, directory)
                    .onDisk(diskMib * MEBIBYTE);
            return new FrontEndReplays.Bounds(
                    run.ofOffsets(offsetsMax),
                    new DecisionQueue.Bounds(waitingMax, millisMax),
                    run.ofOffsets(trialOffsetsMax),
                    new RulesTrials.Bounds(keptMillis, ACCOUNTS_MAX, BUCKETS_MAX));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("replays: " + e.getMessage(), e);
        }
    }
}
