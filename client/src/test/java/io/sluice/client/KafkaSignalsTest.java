package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DecodedRequest;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.codec.SignalCodec;
import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.request.ControlRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

    private void report() {
        signals.report("payments-db", /* good= */ false, VALID_MILLIS, "agent");
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
