package io.sluice.client;

import static io.sluice.client.Questions.question;
import static io.sluice.client.Questions.verdict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.client.rules.RulesetPublisher;
import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.codec.DecodedRequest;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Rulesets on their way to a running app: one story, since a cluster has one sequence of revisions. */
final class RulesetPublisherIT {
    private static final String CHANGED_RULES = TestCluster.RULES.replace("\"burst\":20", "\"burst\":15");

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    private TestCluster cluster;
    private KafkaAdmissions admissions;

    @BeforeEach
    void start(@TempDir Path stateDir) throws Exception {
        cluster = TestCluster.start(BROKER, stateDir);
        admissions = KafkaAdmissions.connect(cluster.config(1_000, FailurePolicy.ERROR), new SimpleMeterRegistry());
    }

    @AfterEach
    void assertAgainstLog() {
        admissions.close();
        cluster.assertAgainstLog();
        cluster.close();
    }

    @Test
    void shouldPutEachDocumentInForceOnce_whenPublishedAgainAndChanged() throws Exception {
        // Given
        RulesetPublisher publisher = cluster.publisher();
        Awaitility.await()
                .untilAsserted(() -> assertThat(admissions.readiness().detail())
                        .isEqualTo("request partition 0 has no ruleset in force;"
                                + " request partition 1 has no ruleset in force"));
        assertThat(publisher.latest()).isNull();
        assertThatThrownBy(
                        () -> publisher.publish("x".repeat(2 * TopicCatalogue.REQUEST_BYTES_MAX), TestCluster.CHANGE))
                .isInstanceOf(KafkaException.class)
                .hasMessageContaining("could not be written");

        // When published
        long first = publisher.publish(TestCluster.RULES, TestCluster.CHANGE);

        // Then
        assertThat(first).isEqualTo(1);
        assertThat(publisher.latest())
                .isEqualTo(new RulesetActivation(1, TestCluster.RULES, "a test", "to see what happens"));
        assertThat(broadcastRevisions()).isEqualTo(Map.of(0, List.of(1L), 1, List.of(1L)));
        TestCluster.awaitReady(admissions);
        assertRemaining(verdict(admissions, question("ruled/a", 5)), 1, 15);

        // When published again, by somebody else
        long again = cluster.publisher().publish(TestCluster.RULES, new RulesetPublisher.Change("other", "restart"));

        // Then the broadcast is repeated, and changes nothing
        assertThat(again).isEqualTo(1);
        assertThat(rulesRecords()).isEqualTo(1);
        assertThat(broadcastRevisions()).isEqualTo(Map.of(0, List.of(1L, 1L), 1, List.of(1L, 1L)));
        assertRemaining(verdict(admissions, question("ruled/a", 1)), 1, 14);

        // When changed
        long changed = publisher.publish(CHANGED_RULES, TestCluster.CHANGE);

        // Then what is in use stays in use
        assertThat(changed).isEqualTo(2);
        assertThat(rulesRecords()).isEqualTo(2);
        assertThat(publisher.latest().documentJson()).isEqualTo(CHANGED_RULES);
        assertThat(broadcastRevisions()).isEqualTo(Map.of(0, List.of(1L, 1L, 2L), 1, List.of(1L, 1L, 2L)));
        assertRemaining(verdict(admissions, question("ruled/a", 1)), 2, 8);
    }

    private static void assertRemaining(Verdict verdict, long revision, long remaining) {
        assertThat(verdict.judged().rulesetRevision()).isEqualTo(revision);
        assertThat(verdict.judged().limits().get(0).remaining()).isEqualTo(remaining);
    }

    private static int rulesRecords() {
        return TopicReader.readAll(BROKER.bootstrapServers(), TopicCatalogue.RULES, IsolationLevel.READ_UNCOMMITTED)
                .size();
    }

    /** The revisions in each request partition, in the order of the log; all of them signed with the key. */
    private static Map<Integer, List<Long>> broadcastRevisions() throws Exception {
        Map<Integer, List<Long>> revisions = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : TopicReader.readAll(
                BROKER.bootstrapServers(), TopicCatalogue.REQUESTS, IsolationLevel.READ_UNCOMMITTED)) {
            if (RequestCodec.decode(record.key(), record.value()) instanceof DecodedRequest.WellFormed wellFormed
                    && wellFormed.request() instanceof ControlRecord control) {
                assertThat(TestCluster.KEY.verifies(control)).isTrue();
                revisions
                        .computeIfAbsent(record.partition(), absent -> new ArrayList<>())
                        .add(ActivationCodec.decode(control.payload()).revision());
            }
        }
        return revisions;
    }
}
