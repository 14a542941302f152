package io.sluice.perf.topology;

import io.sluice.schemas.codec.DecodedRequest;
import io.sluice.schemas.codec.ReplyAndDecision;
import io.sluice.schemas.codec.RequestReader;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.VerdictCode;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ReplyAddress;
import java.util.List;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Decodes and answers as the admission processor does, but decides nothing and stores nothing. */
final class TwinProcessor implements Processor<byte[], byte[], Object, byte[]> {
    static final String REPLIES = "replies";
    static final String DECISIONS = "decisions";

    private final int requestPartitions;
    private final int replyPartitions;
    private final int limits;
    private ProcessorContext<Object, byte[]> context;
    private RequestReader reader;

    @SuppressWarnings("NullAway.Init")
    TwinProcessor(int requestPartitions, int replyPartitions, int limits) {
        this.requestPartitions = requestPartitions;
        this.replyPartitions = replyPartitions;
        this.limits = limits;
    }

    @Override
    public void init(ProcessorContext<Object, byte[]> context) {
        this.context = context;
        this.reader = new RequestReader(context.taskId().partition(), requestPartitions, replyPartitions);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        DecodedRequest decoded = reader.read(record.key(), record.value());
        if (!(decoded instanceof DecodedRequest.WellFormed wellFormed)
                || !(wellFormed.record().request() instanceof AdmissionRequest request)) {
            return;
        }
        ReplyAddress address = wellFormed.record().reply();
        RecordMetadata place = context.recordMetadata().orElseThrow();
        String decisionId = place.partition() + "-" + place.offset();
        VerdictDetails details = details(request, record.timestamp());
        ReplyAndDecision encoded =
                ReplyAndDecision.of(new Decision(decisionId, request, request.cost(), details), address);
        if (address != null) {
            context.forward(new Record<>(address, encoded.verdict(), record.timestamp()), REPLIES);
        }
        context.forward(new Record<>(record.key(), encoded.decision(), record.timestamp()), DECISIONS);
    }

    /** As long on the wire as an answer under the rules of {@link TopologyRules}. */
    private VerdictDetails details(AdmissionRequest request, long nowMillis) {
        LimitStatus client = new LimitStatus(
                "per-client", request.clientId().text(), 20, 19, 60_000, 3_000, 3_000, 0L, 0, true, null, null, null);
        LimitStatus team = new LimitStatus(
                "per-team", request.clientId().text(), 50, 49, 60_000, 3_000, 3_000, 0L, 0, true, null, null, null);
        LimitStatus account =
                new LimitStatus("per-account", "", 200, 199, 12_000, 60, 60, 0L, 0, true, null, null, null);
        LimitStatus hour = new LimitStatus(
                "per-client-hour",
                request.clientId().text(),
                1_000,
                999,
                3_600_000,
                3_000,
                3_000,
                0L,
                0,
                true,
                null,
                null,
                null);
        return VerdictDetails.of(VerdictCode.ALLOW)
                .reasonCode("within-limits")
                .reason("every limit that applies has enough tokens")
                .decidedAtMillis(nowMillis)
                .rulesetRevision(1)
                .tier("standard")
                .decidingLimit(client)
                .retryAfterMillis(0L)
                .limits(List.of(client, team, account, hour).subList(0, limits))
                .build();
    }
}
