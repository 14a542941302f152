package io.sluice.cli.chaos;

import io.sluice.cli.chaos.Fault.Injected;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.topic.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Somebody writes a request in a transaction, and never ends it: Kafka does, when the transaction is too old. */
final class ForeignTransaction {
    private static final int OPEN_MILLIS = 6_000;

    private ForeignTransaction() {}

    static Injected inject(Deployment deployment, OpenLoad load, Random random) throws Exception {
        int partition = random.nextInt(Deployment.REQUEST_PARTITIONS);
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, deployment.brokers().internal());
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "foreign");
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, OPEN_MILLIS);
        KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        producer.initTransactions();
        producer.beginTransaction();
        byte[] value = RequestCodec.encode(
                AdmissionRequest.of("foreign/client").build().repliedTo(null));
        producer.send(new ProducerRecord<>(
                        TopicCatalogue.REQUESTS, partition, "foreign".getBytes(StandardCharsets.UTF_8), value))
                .get();
        return new Injected(
                "a foreign transaction holds back partition " + partition,
                Affected.ofPartitions(Set.of(partition)),
                () -> producer.close(Duration.ZERO));
    }
}
