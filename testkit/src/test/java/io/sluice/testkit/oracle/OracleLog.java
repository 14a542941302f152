package io.sluice.testkit.oracle;

import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.Request;
import io.sluice.schemas.request.RequestRecord;
import io.sluice.schemas.request.SettleRequest;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.gen.Activations;
import io.sluice.testkit.keys.TestKeys;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** A request partition in memory, and what an app without mistakes writes for it. */
final class OracleLog {
    static final OracleConfig CONFIG = new OracleConfig(TestKeys.TRUSTED, 4);
    static final String THREE_PER_SECOND = """
        {"version":1,"idempotencyWindow":"10m","limits":[
         {"id":"per-client","scope":["client"],"rate":{"tokens":3,"per":"1s"},"burst":3}]}\
        """;

    private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

    void add(long atMillis, byte[] key, byte[] value) {
        records.add(new ConsumerRecord<>(
                TopicCatalogue.REQUESTS,
                0,
                records.size(),
                atMillis,
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                key,
                value,
                new RecordHeaders(),
                Optional.empty()));
    }

    void add(long atMillis, String key, Request request) {
        add(atMillis, key, request.repliedTo(null));
    }

    void add(long atMillis, String key, RequestRecord request) {
        add(atMillis, key.getBytes(StandardCharsets.UTF_8), RequestCodec.encode(request));
    }

    void activate(long atMillis, long revision, String document) {
        add(atMillis, "ruleset", Activations.signed(TestKeys.RULES, revision, document));
    }

    void ask(long atMillis, AdmissionRequest.Builder request) throws Exception {
        AdmissionRequest built = request.build();
        add(atMillis, built.clientId().account(), built.repliedTo(new ReplyAddress(1, "c-" + records.size())));
    }

    void settle(long atMillis, SettleRequest request) {
        RequestRecord addressed = request.repliedTo(new ReplyAddress(1, "c-" + records.size()));
        add(atMillis, request.clientId().account(), addressed);
    }

    LogOracle replay() {
        return LogOracle.replay(records, 1, CONFIG);
    }

    static List<Decision> decisions(LogOracle oracle) {
        return oracle.outcomes().values().stream()
                .filter(ExpectedOutcome::leavesDecision)
                .map(OracleLog::decision)
                .toList();
    }

    static Decision decision(ExpectedOutcome expected) {
        return new Decision(
                expected.decisionId(), expected.request(), expected.charged(), details(expected), expected.lent());
    }

    static List<Verdict> verdicts(LogOracle oracle) {
        return oracle.outcomes().values().stream().map(OracleLog::verdict).toList();
    }

    static Verdict verdict(ExpectedOutcome expected) {
        String correlationId = Objects.requireNonNull(expected.reply()).correlationId();
        return expected.leavesDecision()
                ? Verdict.details(
                                correlationId,
                                expected.decisionId(),
                                expected.request().requestId(),
                                details(expected))
                        .lending(expected.terms())
                : Verdict.error(
                        correlationId,
                        expected.decisionId(),
                        new WireError(WireError.IDEMPOTENCY_KEY_REUSED, "idempotencyKey", ""));
    }

    private static VerdictDetails details(ExpectedOutcome expected) {
        return details(ReplyMapping.expected(expected, Objects.requireNonNull(expected.outcome())));
    }

    static VerdictDetails details(VerdictDetails told) {
        return told.toBuilder().reason("in words").build();
    }
}
