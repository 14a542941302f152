package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.client.decisions.AccountDecisions;
import io.sluice.client.decisions.DecisionQuery;
import io.sluice.client.search.FoundPage;
import io.sluice.client.search.RecordPosition;
import io.sluice.client.search.ScanBounds;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.BrokerExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pages of a topic whose oldest records are gone. */
final class DecisionRetentionIT {
    @RegisterExtension
    static final BrokerExtension OWN = new BrokerExtension();

    @Test
    void shouldEndWhereTheTopicBegins_whenRetentionHasTakenTheRest() throws Exception {
        // Given
        OWN.createTopics(1, 1);
        try (DecisionWriter writer = new DecisionWriter(OWN.bootstrapServers());
                KafkaAccountDecisions reader = KafkaAccountDecisions.start(
                        Map.of("bootstrap.servers", OWN.bootstrapServers()),
                        ScanBounds.standard(),
                        new SimpleMeterRegistry())) {
            DecisionQuery query = DecisionQuery.newest("acme", 2);
            FoundPage empty = found(reader, query);
            List<String> written = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                writer.begin();
                written.add(writer.decide("acme/a", true, 1_000L * i));
                writer.commit();
            }
            // A transaction can be read a moment after its commit.
            Awaitility.await()
                    .until(() ->
                            KafkaAccountDecisionsIT.ids(found(reader, query)).contains(written.get(9)));
            FoundPage first = found(reader, query);
            FoundPage second = found(reader, query.before(first.next()));

            // When: each decision takes two offsets, one of them for the mark of its commit
            OWN.admin()
                    .deleteRecords(
                            Map.of(new TopicPartition(TopicCatalogue.DECISIONS, 0), RecordsToDelete.beforeOffset(14)))
                    .all()
                    .get();
            FoundPage third = found(reader, query.before(second.next()));
            FoundPage gone = found(reader, query.before(new RecordPosition(0, 4)));
            FoundPage since = found(
                    reader,
                    DecisionQuery.newest("acme", 50).within(DecisionWriter.at(8_000), DecisionWriter.at(9_000)));

            // Then
            assertThat(empty.records()).isEmpty();
            assertThat(empty.next()).isNull();
            assertThat(KafkaAccountDecisionsIT.ids(second)).containsExactly(written.get(7), written.get(6));
            assertThat(third.records()).isEmpty();
            assertThat(third.keptFrom()).isEqualTo(14);
            assertThat(third.next()).isNull();
            assertThat(gone.records()).isEmpty();
            assertThat(gone.next()).isNull();
            assertThat(KafkaAccountDecisionsIT.ids(since)).containsExactly(written.get(8));
        }
    }

    private static FoundPage found(KafkaAccountDecisions reader, DecisionQuery query) throws Exception {
        return ((AccountDecisions.Found) reader.page(query).get(60, TimeUnit.SECONDS)).page();
    }
}
