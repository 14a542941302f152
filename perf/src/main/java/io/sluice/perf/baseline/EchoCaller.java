package io.sluice.perf.baseline;

import io.sluice.perf.load.LoadCaller;
import io.sluice.perf.load.RequestSamples;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ReplyAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * The baseline: the same two hops over Kafka without any work in between.
 *
 * <pre>
 *   ask --&gt; producer --&gt; perf.echo.requests --&gt; Echo, in another process
 *    ^                                                  |
 *    +---- consumer &lt;-- perf.echo.replies &lt;-- producer -+
 * </pre>
 *
 * <p>No Streams, no transactions, no state; the record is as long as an admission request.
 */
public final class EchoCaller implements LoadCaller, AutoCloseable {
    private final RequestSamples loadRequests;
    private final Map<String, CompletableFuture<Boolean>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong sequence = new AtomicLong();
    private final Producer<byte[], byte[]> requests;
    private final PollLoop answers;

    private EchoCaller(String bootstrapServers, RequestSamples loadRequests) {
        this.loadRequests = loadRequests;
        this.requests = EchoTopics.producer(bootstrapServers);
        this.answers = new PollLoop(
                "perf-echo-answers",
                EchoTopics.consumerAtEnd(bootstrapServers, EchoTopics.REPLIES, EchoTopics.REPLY_PARTITION + 1),
                this::complete);
    }

    /** Connects; the topics exist already, and an echo runs. */
    public static EchoCaller start(String bootstrapServers, RequestSamples loadRequests) {
        EchoCaller caller = new EchoCaller(bootstrapServers, loadRequests);
        caller.answers.start();
        return caller;
    }

    @Override
    public CompletableFuture<?> ask(int number) {
        AdmissionRequest request = loadRequests.get(number);
        String id = "0123456789abcdef-" + Long.toHexString(sequence.incrementAndGet());
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        byte[] value = RequestCodec.encode(request.repliedTo(new ReplyAddress(EchoTopics.REPLY_PARTITION, id)));
        int partition = number % EchoTopics.PARTITIONS;
        byte[] key = id.getBytes(StandardCharsets.US_ASCII);
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(EchoTopics.REQUESTS, partition, key, value);
        Future<RecordMetadata> unused = requests.send(record, (metadata, failure) -> {
            if (failure != null) {
                answer.completeExceptionally(failure);
            }
        });
        return answer;
    }

    private void complete(ConsumerRecord<byte[], byte[]> record) {
        CompletableFuture<Boolean> answer = waiting.remove(new String(record.key(), StandardCharsets.US_ASCII));
        if (answer != null) {
            answer.complete(true);
        }
    }

    @Override
    public void close() {
        answers.close();
        requests.close();
    }
}
