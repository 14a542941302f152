package io.sluice.streams.admission;

import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.signal.BrownOutTrigger;
import io.sluice.engine.signal.HealthSignal;
import io.sluice.engine.signal.HealthSignals;
import io.sluice.engine.signal.ReportEffect;
import io.sluice.engine.signal.SignalReport;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.SignalCodec;
import io.sluice.schemas.control.SignalRecord;
import io.sluice.schemas.reply.SignalStatus;
import io.sluice.streams.store.PartitionState;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes reports of health signals, and tells of the brown-out that they switch.
 *
 * <p>The switch turns with the partition's time, between two records. No lease is made void for it: those that were
 * granted before run out by themselves, and no further ones are granted.
 */
final class SignalHandler {
    private static final Logger LOG = LoggerFactory.getLogger(SignalHandler.class);

    private final int partition;
    private final Ledger ledger;
    private final PartitionState state;
    private final AdmissionMetrics metrics;
    private boolean toldOn;

    SignalHandler(int partition, Ledger ledger, PartitionState state, AdmissionMetrics metrics) {
        this.partition = partition;
        this.ledger = ledger;
        this.state = state;
        this.metrics = metrics;
    }

    /**
     * Reads a report whose signature has been verified.
     *
     * @throws WireException if it breaks the contract
     */
    static SignalRecord read(String payload) throws WireException {
        return SignalCodec.decode(payload);
    }

    Decided decide(SignalRecord record, long nowMillis) {
        SignalReport report =
                new SignalReport(record.signal(), record.good(), record.validMillis(), record.nowMillis());
        ReportEffect effect = ledger.effect(report, nowMillis);
        if (effect != ReportEffect.TAKEN) {
            return Decided.counted(() -> metrics.signalReported(effect));
        }
        HealthSignal before = ledger.timeline().signals().named(record.signal());
        return new Decided(
                () -> {
                    ledger.apply(report, nowMillis);
                    state.putSignals(ledger.timeline().signals());
                },
                () -> {
                    metrics.signalReported(effect);
                    if (before == null || before.isStale(nowMillis) || before.good() != record.good()) {
                        LOG.info(
                                "partition {}: signal {} is {}, by {}",
                                partition,
                                record.signal(),
                                SignalCodec.nameOf(record.good()),
                                record.principal());
                    }
                    look();
                });
    }

    /** Tells of the switch as it is now; runs from time to time, whether records come or not. */
    void look() {
        long nowMillis = ledger.clockMillis();
        boolean on = ledger.timeline().isBrownedOut(nowMillis);
        metrics.signalsInForce(partition, live(nowMillis).size(), on);
        if (on != toldOn) {
            toldOn = on;
            LOG.info("partition {}: the brown-out by a health signal is {}", partition, on ? "on" : "off");
        }
    }

    private List<HealthSignal> live(long nowMillis) {
        return ledger.timeline().signals().signals().stream()
                .filter(signal -> !signal.isStale(nowMillis))
                .toList();
    }

    /** The signals that are not stale. */
    List<SignalStatus> statuses() {
        long nowMillis = ledger.clockMillis();
        HealthSignals signals = ledger.timeline().signals();
        BrownOutTrigger trigger = ledger.timeline().active().brownOut().trigger();
        List<SignalStatus> statuses = new ArrayList<>();
        for (HealthSignal signal : live(nowMillis)) {
            boolean switches = trigger != null && trigger.signal().equals(signal.name());
            statuses.add(new SignalStatus(
                    signal.name(),
                    signal.good(),
                    signal.sinceMillis(),
                    signal.untilMillis(),
                    switches && signals.isOn(trigger, nowMillis)));
        }
        return statuses;
    }
}
