package io.sluice.streams.admission;

import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.ledger.LedgerVersion;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.LedgerVersionCodec;
import io.sluice.schemas.control.LedgerVersionRecord;
import io.sluice.streams.store.PartitionState;
import io.sluice.streams.topology.UnknownLedgerVersionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Switches one partition to another ledger version, where the log says so.
 *
 * <p>A version that this code does not know ends the stream thread. Going on with the old one would decide the records
 * behind it in another way than a newer app does. The version is in the state, so an old app cannot take the partition
 * later either.
 */
final class VersionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(VersionHandler.class);

    private final int partition;
    private final Ledger ledger;
    private final PartitionState state;
    private final LedgerVersion newest;
    private final AdmissionMetrics metrics;

    /**
     * Begins with the version that is in the state.
     *
     * @throws UnknownLedgerVersionException if it is not known
     */
    VersionHandler(int partition, Ledger ledger, PartitionState state, LedgerVersion newest, AdmissionMetrics metrics) {
        this.partition = partition;
        this.ledger = ledger;
        this.state = state;
        this.newest = newest;
        this.metrics = metrics;
        boolean unused = ledger.activate(known(state.ledgerVersion()));
        metrics.versionInForce(partition, ledger.version());
    }

    /**
     * Reads a version whose signature has been verified.
     *
     * @throws WireException if it breaks the contract
     * @throws UnknownLedgerVersionException if it is not known
     */
    LedgerVersionRecord read(String payload) throws WireException {
        LedgerVersionRecord activated = LedgerVersionCodec.decode(payload);
        LedgerVersion unused = known(new LedgerVersion(activated.version()));
        return activated;
    }

    private LedgerVersion known(LedgerVersion version) {
        if (!newest.isAtLeast(version)) {
            throw new UnknownLedgerVersionException(partition, version.number(), newest.number());
        }
        return version;
    }

    Decided decide(LedgerVersionRecord activated) {
        LedgerVersion before = ledger.version();
        LedgerVersion version = new LedgerVersion(activated.version());
        if (before.isAtLeast(version)) {
            return Decided.NO_CHANGE;
        }
        return new Decided(
                () -> {
                    boolean unused = ledger.activate(version);
                    state.putLedgerVersion(version);
                },
                () -> {
                    metrics.versionInForce(partition, version);
                    LOG.info(
                            "partition {}: ledger version {} in force, after {}, by {}: {}",
                            partition,
                            version.number(),
                            before.number(),
                            activated.principal(),
                            activated.reason());
                });
    }
}
