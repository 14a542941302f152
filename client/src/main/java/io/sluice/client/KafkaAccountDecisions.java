package io.sluice.client;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sluice.client.decisions.AccountDecisions;
import io.sluice.client.decisions.DecisionQuery;
import io.sluice.client.decisions.DecisionScan;
import io.sluice.client.search.BackwardSearch;
import io.sluice.client.search.FoundPage;
import io.sluice.client.search.ScanBounds;
import io.sluice.schemas.WireException;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.topics.BackwardReader;
import io.sluice.topics.RecordGuard;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A search for recent decisions in the decision topic, which has all records of an account in one partition, in order
 * (docs/adr/0032). So there is no index to keep, to bound or to rebuild.
 */
public final class KafkaAccountDecisions implements AccountDecisions, AutoCloseable {
    /** Ends of the buckets of their times: each is a line of every scrape. */
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(10), Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(5)
    };

    private static final TopicSearches.Failures<Answer> FAILURES = new TopicSearches.Failures<>() {
        @Override
        public Answer invalid(String field, String detail) {
            return new Invalid(field, detail);
        }

        @Override
        public Answer unavailable(String detail) {
            return new Unavailable(detail);
        }
    };

    private final ScanBounds bounds;
    private final RecordGuard guard;
    private final TopicSearches searches;
    /** Searches of each account that run or wait; no more entries than searches. */
    private final Map<String, Integer> open = new ConcurrentHashMap<>();

    private final Counter offsets;
    private final Timer duration;

    private KafkaAccountDecisions(Map<String, String> kafka, ScanBounds bounds, MeterRegistry registry) {
        this.bounds = bounds;
        this.guard = new RecordGuard(TopicCatalogue.DECISIONS, registry);
        this.searches = new TopicSearches(
                kafka, new TopicSearches.Subject(TopicCatalogue.DECISIONS, "decision"), bounds, registry);
        offsets = Counter.builder("sluice.client.decision.scan.offsets")
                .description("Offsets of the decision topic that searches looked at")
                .register(registry);
        duration = Timer.builder("sluice.client.decision.scan")
                .description("How long searches of the decision topic took, without their wait")
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    /**
     * Starts without connecting: the first search does.
     *
     * @param kafka Kafka client properties, {@code bootstrap.servers} among them
     * @param bounds with at least one search at once
     */
    public static KafkaAccountDecisions start(Map<String, String> kafka, ScanBounds bounds, MeterRegistry registry) {
        return new KafkaAccountDecisions(kafka, bounds, registry);
    }

    @Override
    public CompletableFuture<Answer> page(DecisionQuery query) {
        if (open.merge(query.account(), 1, Integer::sum) > ScanBounds.SCANS_OF_ACCOUNT_MAX) {
            leave(query);
            return searches.busy(FAILURES, "of account " + query.account(), ScanBounds.SCANS_OF_ACCOUNT_MAX);
        }
        return searches.run(
                (reader, stopped, endNanos) -> search(query, reader, stopped, endNanos), FAILURES, () -> leave(query));
    }

    private void leave(DecisionQuery query) {
        open.computeIfPresent(query.account(), (account, count) -> count == 1 ? null : count - 1);
    }

    private Answer search(DecisionQuery query, BackwardReader reader, BooleanSupplier stopped, long endNanos)
            throws WireException {
        long startNanos = System.nanoTime();
        try {
            FoundPage page = new DecisionScan(new BackwardSearch(reader, guard, bounds, stopped, endNanos)).run(query);
            offsets.increment(page.scanned());
            return new Found(page);
        } finally {
            duration.record(System.nanoTime() - startNanos, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void close() {
        searches.close();
    }
}
