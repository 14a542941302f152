package io.sluice.cli;

import io.sluice.client.search.ScanBounds;
import picocli.CommandLine.Option;

/** The options that bound lookups of recent decisions. */
public final class DecisionScanOptions {
    @Option(
            names = "--decision-scans-max",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_DECISION_SCANS_MAX:-2}",
            description = "Searches of the decision topic that run at once; 0 switches them off (or "
                    + "$SLUICE_DECISION_SCANS_MAX; default: 2).")
    private int scansMax = 2;

    @Option(
            names = "--decision-scans-waiting-max",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_DECISION_SCANS_WAITING_MAX:-16}",
            description = "Searches that may wait until one of these ends (or $SLUICE_DECISION_SCANS_WAITING_MAX; "
                    + "default: 16).")
    private int waitingMax = 16;

    @Option(
            names = "--decision-scan-offsets-max",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_DECISION_SCAN_OFFSETS_MAX:-1000000}",
            description = "Offsets that a search reads for one page (or $SLUICE_DECISION_SCAN_OFFSETS_MAX; default: "
                    + "1000000).")
    private long offsetsMax = 1_000_000;

    @Option(
            names = "--decision-scan-millis-max",
            paramLabel = "MILLIS",
            defaultValue = "${env:SLUICE_DECISION_SCAN_MILLIS_MAX:-5000}",
            description = "How long one page may take, waiting included (or $SLUICE_DECISION_SCAN_MILLIS_MAX; default: "
                    + "5000).")
    private long millisMax = 5_000;

    /**
     * The chosen bounds.
     *
     * @throws CommandFailure if a number is out of its bounds
     */
    public ScanBounds read() throws CommandFailure {
        try {
            return new ScanBounds(scansMax, waitingMax, offsetsMax, millisMax);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("decision scans: " + e.getMessage(), e);
        }
    }
}
