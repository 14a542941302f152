package io.sluice.client;

import io.sluice.client.rules.RulesView;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.AuditCodec;
import io.sluice.schemas.topic.TopicCatalogue;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** Folds the committed audit trail into a {@link RulesView}, from its first entry on. */
final class AuditReader implements AutoCloseable, TopicFollower.Reader {
    private final RulesView view = new RulesView();
    private final Queue<Waiter> waiters = new ConcurrentLinkedQueue<>();
    private final TopicFollower follower;

    /** Somebody who waits until an entry is folded; there are no more than commands that wait. */
    private record Waiter(long sequence, CompletableFuture<Boolean> reached) {}

    private AuditReader(Map<String, Object> consumerProperties) {
        this.follower = new TopicFollower(TopicCatalogue.AUDIT, consumerProperties, this, "sluice-client-audit");
    }

    static AuditReader start(Map<String, Object> consumerProperties) {
        AuditReader reader = new AuditReader(consumerProperties);
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
    public void read(byte[] value) throws WireException {
        view.apply(AuditCodec.decode(value));
        release();
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
