package io.sluice.streams.admission;

import io.sluice.engine.ledger.BucketAlert;
import io.sluice.engine.ledger.Judgement;
import io.sluice.engine.ruleset.Scope;
import io.sluice.schemas.alert.ThresholdAlert;
import io.sluice.schemas.codec.AlertCodec;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.topology.Names;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * The part of one partition's adapter that tells of thresholds that were crossed: one record each, in the transaction
 * that charges the bucket.
 */
final class AlertDesk {
    private final ProcessorContext<Object, byte[]> context;
    private final AdmissionMetrics metrics;

    AlertDesk(ProcessorContext<Object, byte[]> context, AdmissionMetrics metrics) {
        this.context = context;
        this.metrics = metrics;
    }

    /** The records of a judgement, encoded before anything changes. */
    static List<byte[]> encoded(Judgement judgement, String decisionId, String account) {
        if (!(judgement instanceof Judgement.Decided decided)
                || decided.alerts().isEmpty()) {
            return List.of();
        }
        List<byte[]> records = new ArrayList<>(decided.alerts().size());
        for (BucketAlert alert : decided.alerts()) {
            records.add(OutputSize.checked(
                    TopicCatalogue.ALERTS,
                    AlertCodec.encode(new ThresholdAlert(
                            decisionId,
                            account,
                            alert.limitId(),
                            Scope.display(alert.scope()),
                            alert.thresholdPerMille(),
                            alert.used(),
                            alert.capacity(),
                            alert.enforced(),
                            decided.outcome().revision(),
                            decided.outcome().decidedAtMillis()))));
        }
        return records;
    }

    void send(List<byte[]> records, long nowMillis) {
        for (byte[] record : records) {
            context.forward(new Record<>(null, record, nowMillis), Names.ALERTS_SINK);
            metrics.alerted();
        }
    }
}
