package io.sluice.testkit.oracle;

import io.sluice.engine.ledger.BatchResult.BatchOutcome;
import io.sluice.engine.ledger.HoldResult;
import io.sluice.engine.ruleset.Admission;
import io.sluice.engine.ruleset.RoutePath;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.reply.BatchVerdict;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.QuotaQuery;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.RequestRecord;
import io.sluice.schemas.request.SettleRequest;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.contract.AdmissionPort;
import io.sluice.testkit.gen.Activations;
import io.sluice.testkit.keys.TestKeys;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** The pure ledger, asked record by record, with time in the test's hands. */
public final class LedgerPort implements AdmissionPort {
    private static final ReplyAddress REPLY = new ReplyAddress(0, "c");

    private final PartitionReplay partition = new PartitionReplay(0, 1, OracleLog.CONFIG);
    private long nowMillis = 1_700_000_000_000L;
    private long offset;
    private long revision;

    public LedgerPort(String documentJson) {
        activate(documentJson);
    }

    @Override
    public void activate(String documentJson) {
        revision++;
        feed(
                "ruleset",
                Activations.signed(TestKeys.RULES, revision, documentJson).repliedTo(null));
    }

    @Override
    public Verdict admit(AdmissionRequest request) {
        String place = feed(request.clientId().account(), request.repliedTo(REPLY));
        return OracleLog.verdict(Objects.requireNonNull(partition.outcomes.get(place)));
    }

    @Override
    public Reply admitAll(BatchRequest request) {
        String place = feed(request.account(), request.repliedTo(REPLY));
        ExpectedBatch expected = Objects.requireNonNull(partition.batches.get(place));
        BatchOutcome outcome = expected.outcome();
        if (outcome == null) {
            return Verdict.error("c", place, new WireError(expected.errorCode(), "", ""));
        }
        VerdictDetails told = ReplyMapping.expected(place, expected.replayed(), outcome.outcome());
        return new BatchVerdict("c", place, request.requestId(), expected.refusedCheck(), OracleLog.details(told));
    }

    @Override
    public SettlementReply settle(SettleRequest request) {
        String place = feed(request.clientId().account(), request.repliedTo(REPLY));
        HoldResult result = Objects.requireNonNull(partition.answers.get(place)).result();
        if (result instanceof HoldResult.Ended ended) {
            return new SettlementReply(
                    "c", place, SettlementDifferences.told(0, ended.settlement(), /* replayed= */ false), null);
        }
        if (result instanceof HoldResult.Repeated repeated) {
            return new SettlementReply(
                    "c", place, SettlementDifferences.told(0, repeated.settlement(), /* replayed= */ true), null);
        }
        String code = result instanceof HoldResult.NotFound
                ? WireError.RESERVATION_NOT_FOUND
                : WireError.COMMIT_ABOVE_RESERVATION;
        return new SettlementReply("c", place, null, new WireError(code, "", ""));
    }

    @Override
    public QuotaReport quota(ClientId clientId) {
        feed(clientId.account(), new QuotaQuery(clientId).repliedTo(REPLY));
        Ruleset ruleset = partition.ledger.timeline().active();
        Admission look = new Admission(clientId.text(), clientId.account(), 0, "", RoutePath.ROOT, "", Map.of());
        List<LimitStatus> limits = new ArrayList<>();
        for (LimitOutcome limit : partition.ledger.quota(look, nowMillis)) {
            limits.addAll(ReplyMapping.listed(List.of(limit), null));
        }
        return new QuotaReport(
                "c",
                clientId.text(),
                ruleset.tierOf(clientId.account()),
                nowMillis,
                ruleset.revision(),
                limits,
                /* error= */ null);
    }

    @Override
    public void passTime(ClientId clientId, long millis) {
        nowMillis += millis;
    }

    /** Returns the record's place, {@code partition-offset}. */
    private String feed(String key, RequestRecord request) {
        partition.feed(new ConsumerRecord<>(
                TopicCatalogue.REQUESTS,
                0,
                offset,
                nowMillis,
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                key.getBytes(StandardCharsets.UTF_8),
                RequestCodec.encode(request),
                new RecordHeaders(),
                Optional.empty()));
        return "0-" + offset++;
    }
}
