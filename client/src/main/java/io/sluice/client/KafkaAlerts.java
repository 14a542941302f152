package io.sluice.client;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.client.alerts.AlertQuery;
import io.sluice.client.alerts.AlertScan;
import io.sluice.client.alerts.RecentAlerts;
import io.sluice.client.search.BackwardSearch;
import io.sluice.client.search.ScanBounds;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.topics.RecordGuard;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A search for recent alerts in their topic, like that for decisions (docs/adr/0032). */
public final class KafkaAlerts implements RecentAlerts, AutoCloseable {
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

    private KafkaAlerts(Map<String, String> kafka, ScanBounds bounds, MeterRegistry registry) {
        this.bounds = bounds;
        this.guard = new RecordGuard(TopicCatalogue.ALERTS, registry);
        this.searches =
                new TopicSearches(kafka, new TopicSearches.Subject(TopicCatalogue.ALERTS, "alert"), bounds, registry);
    }

    /**
     * Starts without connecting: the first search does.
     *
     * @param kafka Kafka client properties, {@code bootstrap.servers} among them
     * @param bounds with at least one search at once
     */
    public static KafkaAlerts start(Map<String, String> kafka, ScanBounds bounds, MeterRegistry registry) {
        return new KafkaAlerts(kafka, bounds, registry);
    }

    @Override
    public CompletableFuture<Answer> page(AlertQuery query) {
        return searches.run(
                (reader, stopped, endNanos) ->
                        new Found(AlertScan.run(new BackwardSearch(reader, guard, bounds, stopped, endNanos), query)),
                FAILURES,
                () -> {});
    }

    @Override
    public void close() {
        searches.close();
    }
}
