package io.sluice.perf.topology;

import io.sluice.perf.Await;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.Route;
import io.sluice.schemas.topic.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The requests that lie in the log before anybody reads them, one token each. */
public final class RequestLog {
    /** How long reading may take: any log that is written here, on a machine that is busy. */
    private static final Duration READ_WITHIN = Duration.ofMinutes(20);

    private RequestLog() {}

    /**
     * Writes requests, and returns when all are in the log.
     *
     * @param clientIds the client of each request
     */
    public static void write(String bootstrapServers, int requests, IntFunction<String> clientIds) {
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        Map<String, Object> config =
                Map.of("bootstrap.servers", bootstrapServers, "acks", "all", "linger.ms", 5, "batch.size", 256 << 10);
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < requests; i++) {
                AdmissionRequest request = request(clientIds.apply(i), i);
                byte[] key = request.clientId().account().getBytes(StandardCharsets.UTF_8);
                Future<RecordMetadata> unused = producer.send(
                        new ProducerRecord<>(
                                TopicCatalogue.REQUESTS, key, RequestCodec.encode(request.repliedTo(address(i)))),
                        (metadata, problem) -> failure.compareAndSet(null, problem));
            }
        }
        if (failure.get() != null) {
            throw new IllegalStateException("a request was not written", failure.get());
        }
    }

    private static ReplyAddress address(int number) {
        return new ReplyAddress(
                number % PerfCluster.REPLY_PARTITIONS, "0123456789abcdef-" + Integer.toHexString(number));
    }

    private static AdmissionRequest request(String clientId, int number) {
        try {
            return AdmissionRequest.of(clientId)
                    .route(new Route("POST", "/v1/orders/" + number, "api.example.com"))
                    .build();
        } catch (WireException e) {
            throw new IllegalStateException("the benchmark's request is wrong", e);
        }
    }

    /** Waits until the app with this ID has committed that it has read everything. */
    public static void awaitRead(String bootstrapServers, String applicationId) throws InterruptedException {
        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", bootstrapServers))) {
            Await.until(applicationId + " at the end of the requests", READ_WITHIN, () -> isRead(admin, applicationId));
        }
    }

    private static boolean isRead(Admin admin, String applicationId) {
        try {
            Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(applicationId)
                    .partitionsToOffsetAndMetadata()
                    .get();
            for (int partition = 0; partition < PerfCluster.REQUEST_PARTITIONS; partition++) {
                TopicPartition of = new TopicPartition(TopicCatalogue.REQUESTS, partition);
                long end = admin.listOffsets(Map.of(of, OffsetSpec.latest()))
                        .partitionResult(of)
                        .get()
                        .offset();
                OffsetAndMetadata read = committed.get(of);
                if (end > (read == null ? 0 : read.offset())) {
                    return false;
                }
            }
            return true;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the offsets of " + applicationId + " cannot be read", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading offsets", e);
        }
    }
}
