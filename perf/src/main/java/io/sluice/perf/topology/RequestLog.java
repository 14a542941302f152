package io.sluice.perf.topology;

import io.sluice.perf.kafka.PerfCluster;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.Route;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.TopicWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.RecordMetadata;

/** The requests that every contestant reads: 100,000 clients of 10,000 accounts, drawn evenly, one token each. */
final class RequestLog {
    private static final long SEED = 20_261_121L;
    private static final int ACCOUNTS = 10_000;
    private static final int CLIENTS_PER_ACCOUNT = 10;

    private final SplittableRandom random = new SplittableRandom(SEED);

    /** Writes that many requests, and returns when all are in the log. */
    void write(PerfCluster cluster, int records) throws InterruptedException, ExecutionException {
        List<Future<RecordMetadata>> writes = new ArrayList<>(records);
        try (TopicWriter writer = new TopicWriter(cluster.bootstrapServers())) {
            for (int i = 0; i < records; i++) {
                AdmissionRequest request = request(i);
                byte[] key = request.clientId().account().getBytes(StandardCharsets.UTF_8);
                writes.add(writer.sendLater(TopicCatalogue.REQUESTS, null, key, RequestCodec.encode(request)));
            }
            for (Future<RecordMetadata> write : writes) {
                write.get();
            }
        }
    }

    private AdmissionRequest request(int number) {
        int account = random.nextInt(ACCOUNTS);
        int client = random.nextInt(CLIENTS_PER_ACCOUNT);
        int replyPartition = random.nextInt(PerfCluster.REPLY_PARTITIONS);
        try {
            return AdmissionRequest.of("account-" + account + "/team/client-" + client)
                    .route(new Route("POST", "/v1/orders/" + number, "api.example.com"))
                    .reply(new ReplyAddress(replyPartition, "0123456789abcdef-" + Integer.toHexString(number)))
                    .build();
        } catch (WireException e) {
            throw new IllegalStateException("the benchmark's request is wrong", e);
        }
    }
}
