package io.sluice.client;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.codec.ReplyCodec;
import io.sluice.schemas.reply.Revocation;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a defect does to the thread on which all replies depend. */
final class ReplyReaderIT {
    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicInteger revocations = new AtomicInteger();
    private final AtomicInteger interruptions = new AtomicInteger();

    /** Has no memory for its first revocation, nor for the first interruption after it. */
    private final LeaseService.Listener listener = new LeaseService.Listener() {
        @Override
        public void revoked(Revocation revocation) {
            if (revocations.incrementAndGet() == 1) {
                throw new StackOverflowError("test");
            }
        }

        @Override
        public void interrupted() {
            if (interruptions.incrementAndGet() == 1) {
                throw new StackOverflowError("test");
            }
        }
    };

    @Test
    void shouldReadOn_whenAnErrorIsThrown() {
        // Given
        BROKER.createTopics(1, 1);
        ReplyReader.Source source = new ReplyReader.Source(
                ClientProperties.consumer(Map.of("bootstrap.servers", BROKER.bootstrapServers())), 0, registry);
        try (PendingReplies pending = new PendingReplies(1, registry);
                ReplyReader unused = ReplyReader.start(source, new CorrelationIds(), pending, listener);
                TopicWriter writer = new TopicWriter(BROKER.bootstrapServers())) {
            // When
            revoke(writer);
            Awaitility.await().until(() -> interruptions.get() >= 1);

            // Then
            Awaitility.await().until(() -> {
                revoke(writer);
                return revocations.get() >= 3;
            });
        }
    }

    private static void revoke(TopicWriter writer) {
        writer.send(
                TopicCatalogue.REPLIES,
                0,
                Revocation.CORRELATION_ID.getBytes(StandardCharsets.US_ASCII),
                ReplyCodec.encode(new Revocation(0, 1, "acme"), /* about= */ null));
    }
}
