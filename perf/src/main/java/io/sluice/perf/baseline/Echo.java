package io.sluice.perf.baseline;

import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** A thread that sends every record of one topic back over another: the middle of two hops. */
final class Echo {
    private Echo() {}

    static void start(String bootstrapServers) {
        Producer<byte[], byte[]> replies = EchoTopics.producer(bootstrapServers);
        new PollLoop(
                        "perf-echo",
                        EchoTopics.consumerAtEnd(bootstrapServers, EchoTopics.REQUESTS, EchoTopics.PARTITIONS),
                        record -> sendBack(record, replies))
                .start();
    }

    private static void sendBack(ConsumerRecord<byte[], byte[]> record, Producer<byte[], byte[]> replies) {
        Future<RecordMetadata> unused = replies.send(
                new ProducerRecord<>(EchoTopics.REPLIES, EchoTopics.REPLY_PARTITION, record.key(), record.value()));
    }
}
