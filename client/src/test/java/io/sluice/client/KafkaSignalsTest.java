package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.client.signals.SignalService;
import io.sluice.client.signals.SignalService.Answer;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DecodedRequest;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.codec.SignalCodec;
import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.reply.Pong;
import io.sluice.schemas.reply.SignalStatus;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.schemas.request.Ping;
import io.sluice.schemas.request.RequestRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Reports of health signals over a producer that keeps what it gets. */
final class KafkaSignalsTest {
    private static final long HOUR_MILLIS = 3_600_000;
    private static final long VALID_MILLIS = 30_000;
    private static final SigningKey KEY = SigningKey.ofPem("""
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIKy4LfAO27+n/1krTrxc8TiCY+CLYKYgwIcKEVSc80Bi
        -----END PRIVATE KEY-----
        """);

    private final MockProducer<byte[], byte[]> kafka =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final PendingReplies pending = new PendingReplies(10, new SimpleMeterRegistry());
    private final CorrelationIds ids = new CorrelationIds();
    private final AtomicLong clockMillis = new AtomicLong();
    private final KafkaSignals signals = new KafkaSignals(
            new KafkaAccounts.Wires(ids, pending, kafka, 0, 1), KEY, Duration.ofMinutes(1), clockMillis::get);

    @AfterEach
    void close() {
        pending.close();
    }

    @Test
    void shouldReportWithTheCorrectedTime_whenTheClockWasAheadBefore() throws WireException {
        // Given
        clockMillis.set(1_000 + HOUR_MILLIS);
        report();

        // When
        clockMillis.set(1_000);
        report();
        report();

        // Then
        assertThat(reportedMillis()).containsExactly(1_000 + HOUR_MILLIS, 1_000L, 1_001L);
    }

    @Test
    void shouldReportWithLaterTimes_whenTheClockStepsBackALittle() throws WireException {
        // Given
        clockMillis.set(1_000 + KafkaSignals.APART_MILLIS_MAX);
        report();

        // When
        clockMillis.set(1_000);
        report();

        // Then
        assertThat(reportedMillis())
                .containsExactly(1_000 + KafkaSignals.APART_MILLIS_MAX, 1_001 + KafkaSignals.APART_MILLIS_MAX);
    }

    @Test
    void shouldSayThatItIsReported_whenThePartitionHasTheReport() {
        // Given
        CompletableFuture<Answer> answer = report();

        // When
        pong(bad("payments-db", VALID_MILLIS));

        // Then
        assertThat(answer.join()).isEqualTo(new SignalService.Reported(1));
    }

    @Test
    void shouldNotSayThatItIsReported_whenAnotherReportIsLater() {
        // Given: by this one's clock, or of the same state but for a shorter time
        CompletableFuture<Answer> contradicted = report();
        pong(new SignalStatus("payments-db", true, 0, VALID_MILLIS, false));
        CompletableFuture<Answer> shorter = report();

        // When
        pong(bad("payments-db", VALID_MILLIS - KafkaSignals.APART_MILLIS_MAX));

        // Then
        assertThat(detail(contradicted))
                .startsWith("partition 0 has payments-db as good until 1970-01-01T00:00:30Z: another");
        assertThat(detail(shorter))
                .startsWith("partition 0 has payments-db as bad until 1970-01-01T00:00:25Z: another");
    }

    @Test
    void shouldNotSayThatItIsReported_whenThePartitionKnowsOtherSignalsOnly() {
        // Given
        CompletableFuture<Answer> answer = report();

        // When
        pong(bad("cache", VALID_MILLIS), bad("search", VALID_MILLIS));

        // Then
        assertThat(detail(answer))
                .startsWith("partition 0 does not know payments-db after the report: it knows 2 other signals");
    }

    @Test
    void shouldNotSayThatItIsReported_whenThePartitionDoesNotAnswer() {
        // Given
        CompletableFuture<Answer> answer = report();

        // When
        pending.failed(lastPing(), "no verdict within 2000 ms");

        // Then
        assertThat(detail(answer)).startsWith("partition 0 has the report, but did not confirm it");
    }

    private static SignalStatus bad(String name, long untilMillis) {
        return new SignalStatus(name, false, 0, untilMillis, false);
    }

    private static String detail(CompletableFuture<Answer> answer) {
        assertThat(answer.join()).isInstanceOf(SignalService.Unavailable.class);
        return ((SignalService.Unavailable) answer.join()).detail();
    }

    /** The ping must be the last record of the partition: an answer in front of the report says nothing of it. */
    private CorrelationId lastPing() {
        ProducerRecord<byte[], byte[]> last =
                kafka.history().get(kafka.history().size() - 1);
        RequestRecord ping = ((DecodedRequest.WellFormed) RequestCodec.decode(last.key(), last.value())).record();
        assertThat(ping.request()).isEqualTo(new Ping());
        CorrelationId id = ids.read(ping.reply().correlationId().getBytes(StandardCharsets.US_ASCII));
        assertThat(id).isNotNull();
        return id;
    }

    private void pong(SignalStatus... known) {
        CorrelationId id = lastPing();
        pending.replied(id, new Pong(ids.text(id), 0, 1, List.of(known)), "0");
    }

    private CompletableFuture<Answer> report() {
        return signals.report("payments-db", /* good= */ false, VALID_MILLIS, "agent");
    }

    private List<Long> reportedMillis() throws WireException {
        List<Long> times = new ArrayList<>();
        for (ProducerRecord<byte[], byte[]> record : kafka.history()) {
            if (RequestCodec.decode(record.key(), record.value()) instanceof DecodedRequest.WellFormed request
                    && request.record().request() instanceof ControlRecord control) {
                times.add(SignalCodec.decode(control.payload()).nowMillis());
            }
        }
        return times;
    }
}
