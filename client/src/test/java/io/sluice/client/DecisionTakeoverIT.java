package io.sluice.client;

import static io.sluice.client.TestRequests.DEADLINE_MILLIS;
import static io.sluice.client.TestRequests.admission;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.client.decisions.AccountDecisions;
import io.sluice.client.decisions.DecisionQuery;
import io.sluice.client.fastpath.FastAdmissions;
import io.sluice.client.fastpath.FastPath;
import io.sluice.client.search.FoundPage;
import io.sluice.client.search.FoundRecord;
import io.sluice.client.search.ScanBounds;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.StreamsApp;
import io.sluice.streams.StreamsAppConfig;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicReader;
import io.sluice.testkit.keys.TestKeys;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What searches find while two streams apps share the partitions, and after one of them has gone. */
final class DecisionTakeoverIT {
    private static final int ACCOUNTS = 6;
    /** Of each account: several pages of decisions, also where a front end answers all but the first by itself. */
    private static final int CLIENTS = 15;

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    @Test
    void shouldFindExactlyWhatTheTopicHas_whenPartitionsMoveMeanwhile(@TempDir Path firstDir, @TempDir Path secondDir)
            throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        FailurePolicies policies = (request, detail) -> FailurePolicy.ERROR.answer(detail);
        try (TestCluster cluster = TestCluster.start(BROKER, firstDir);
                StreamsApp second = second(secondDir)) {
            cluster.publisher().publish(TestCluster.RULES);
            Awaitility.await("second app").atMost(Duration.ofMinutes(3)).until(second::isRunning);
            try (KafkaAdmissions kafka =
                            KafkaAdmissions.connect(cluster.config(10_000, FailurePolicy.ERROR), registry);
                    FastAdmissions fast = FastAdmissions.start(
                            new FastAdmissions.Backend(kafka, kafka, policies), FastPath.standard(), registry);
                    KafkaAccountDecisions decisions =
                            KafkaAccountDecisions.start(cluster.kafka(), ScanBounds.standard(), registry)) {
                // Given both at work, hot clients with leases among the callers
                TestCluster.awaitReady(fast);
                ask(fast);

                // When
                cluster.stopApp();
                TestCluster.awaitReady(fast);
                ask(fast);

                // Then
                for (int account = 0; account < ACCOUNTS; account++) {
                    String name = "account-" + account;
                    Awaitility.await(name)
                            .atMost(Duration.ofMinutes(3))
                            .untilAsserted(
                                    () -> assertThat(walk(decisions, name)).isEqualTo(onTopic(name)));
                    assertThat(onTopic(name)).hasSizeGreaterThan(10);
                }
            }
        }
    }

    private static StreamsApp second(Path stateDir) throws Exception {
        return StreamsApp.start(
                new StreamsAppConfig(
                        Map.of("bootstrap.servers", BROKER.bootstrapServers(), "num.standby.replicas", "0"),
                        stateDir,
                        TestKeys.TRUSTED,
                        StreamsAppConfig.Limits.standard()),
                new SimpleMeterRegistry());
    }

    private static void ask(FastAdmissions fast) {
        List<CompletableFuture<?>> answers = new ArrayList<>();
        for (int round = 0; round < 30; round++) {
            for (int account = 0; account < ACCOUNTS; account++) {
                answers.add(
                        fast.admit(admission("account-" + account + "/client-" + round % CLIENTS, 1), DEADLINE_MILLIS));
            }
        }
        answers.forEach(answer -> answer.join());
    }

    /** Offsets and contents of all pages, newest first. */
    private static List<String> walk(KafkaAccountDecisions decisions, String account) throws Exception {
        List<String> seen = new ArrayList<>();
        DecisionQuery query = DecisionQuery.newest(account, 7);
        FoundPage page = page(decisions, query);
        while (true) {
            for (FoundRecord record : page.records()) {
                seen.add(record.position().text() + " " + record.json());
            }
            if (page.next() == null) {
                return seen;
            }
            page = page(decisions, query.before(page.next()));
        }
    }

    private static FoundPage page(KafkaAccountDecisions decisions, DecisionQuery query) throws Exception {
        AccountDecisions.Answer answer = decisions.page(query).get(60, TimeUnit.SECONDS);
        assertThat(answer).isInstanceOf(AccountDecisions.Found.class);
        return ((AccountDecisions.Found) answer).page();
    }

    private static List<String> onTopic(String account) {
        List<String> records = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : TopicReader.readAll(
                BROKER.bootstrapServers(), TopicCatalogue.DECISIONS, IsolationLevel.READ_COMMITTED)) {
            if (account.equals(new String(record.key(), StandardCharsets.UTF_8))) {
                records.add(record.partition() + "-" + record.offset() + " "
                        + new String(record.value(), StandardCharsets.UTF_8));
            }
        }
        Collections.reverse(records);
        return records;
    }
}
