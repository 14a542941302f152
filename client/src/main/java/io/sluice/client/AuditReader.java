package io.sluice.client;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.client.rules.RulesView;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.AuditCodec;
import io.sluice.schemas.control.AuditEntry;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.control.VerifyingKeys;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.topics.TopicFollower;
import io.sluice.topics.UntrustedException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * A reader that applies the committed audit trail to a {@link RulesView}, from its first entry on.
 *
 * <p>It trusts only signed entries of the rules writer. Changes of accounts come from many partitions and are not
 * signed; the topic's access list must ensure that nobody else writes them.
 */
final class AuditReader implements AutoCloseable, TopicFollower.Reader {
    private final RulesView view = new RulesView();
    private final Queue<Waiter> waiters = new ConcurrentLinkedQueue<>();
    private final VerifyingKeys rules;
    private final TopicFollower follower;

    /** A caller that waits until an entry is folded; there are no more of them than commands that wait. */
    private record Waiter(long sequence, CompletableFuture<Boolean> reached) {}

    private AuditReader(Map<String, Object> consumerProperties, VerifyingKeys rules, MeterRegistry registry) {
        this.rules = rules;
        this.follower =
                new TopicFollower(TopicCatalogue.AUDIT, consumerProperties, registry, this, "sluice-client-audit");
    }

    static AuditReader start(Map<String, Object> consumerProperties, VerifyingKeys rules, MeterRegistry registry) {
        AuditReader reader = new AuditReader(consumerProperties, rules, registry);
        reader.follower.start();
        return reader;
    }

    RulesView view() {
        return view;
    }

    /** Completes with true once the entry is folded, with false if that takes too long. */
    CompletableFuture<Boolean> reached(long sequence, long withinMillis) {
        Waiter waiter = new Waiter(sequence, new CompletableFuture<>());
        waiters.add(waiter);
        release();
        return waiter.reached().completeOnTimeout(false, withinMillis, TimeUnit.MILLISECONDS);
    }

    private void release() {
        long sequence = view.sequence();
        waiters.removeIf(waiter -> {
            if (waiter.sequence() <= sequence) {
                waiter.reached().completeAsync(() -> true);
            }
            return waiter.reached().isDone() || waiter.sequence() <= sequence;
        });
    }

    @Override
    public void read(ConsumerRecord<byte[], byte[]> record) throws WireException, UntrustedException {
        AuditEntry entry = AuditCodec.decode(record.value());
        if (!isOfAnAccount(entry.action()) && !isSigned(record)) {
            throw new UntrustedException("signature: not by the rules key (expected: an entry of the rules writer)");
        }
        view.apply(entry, record.offset());
        release();
    }

    /** The apps have no rules key; what they write is in the log of the account as well. */
    private static boolean isOfAnAccount(AuditEntry.Action action) {
        return action instanceof AuditEntry.AccountChanged
                || action instanceof AuditEntry.PenaltyChanged
                || action instanceof AuditEntry.PenaltyLifted;
    }

    private boolean isSigned(ConsumerRecord<byte[], byte[]> record) {
        Header signature = record.headers().lastHeader(AuditEntry.SIGNATURE_HEADER);
        return signature != null
                && signature.value() != null
                && rules.verify(
                        SignedKind.RULES_AUDIT,
                        record.value(),
                        new String(signature.value(), StandardCharsets.US_ASCII));
    }

    @Override
    public void polled(boolean complete) {
        if (complete) {
            view.completed();
        }
        release();
    }

    @Override
    public void close() {
        follower.close();
    }
}
