package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.client.decisions.AccountDecisions;
import io.sluice.client.decisions.DecisionFilter;
import io.sluice.client.decisions.DecisionFilter.VerdictName;
import io.sluice.client.decisions.DecisionQuery;
import io.sluice.client.search.FoundPage;
import io.sluice.client.search.FoundRecord;
import io.sluice.client.search.RecordPosition;
import io.sluice.client.search.ScanBounds;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import io.sluice.testkit.broker.BrokerExtension;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Searches of a decision topic that has everything which a log can have. One partition, so that all share it. */
final class KafkaAccountDecisionsIT {
    private static final ScanBounds BOUNDS = new ScanBounds(2, 16, 1_000_000, 30_000);
    private static final Pattern ID = Pattern.compile("\"decisionId\":\"([0-9-]+)\"");

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    private static DecisionWriter log;
    private static KafkaAccountDecisions decisions;

    @BeforeAll
    static void start() {
        BROKER.createTopics(1, 1);
        log = new DecisionWriter(BROKER.bootstrapServers());
        decisions = connect(BOUNDS);
    }

    private static KafkaAccountDecisions connect(ScanBounds bounds) {
        return KafkaAccountDecisions.start(
                Map.of("bootstrap.servers", BROKER.bootstrapServers()), bounds, new SimpleMeterRegistry());
    }

    @AfterAll
    static void stop() {
        decisions.close();
        log.close();
    }

    private static FoundPage page(DecisionQuery query) throws Exception {
        return page(decisions, query);
    }

    private static FoundPage page(KafkaAccountDecisions from, DecisionQuery query) throws Exception {
        AccountDecisions.Answer answer = from.page(query).get(60, TimeUnit.SECONDS);
        assertThat(answer).isInstanceOf(AccountDecisions.Found.class);
        return ((AccountDecisions.Found) answer).page();
    }

    /** The decision IDs of all pages, newest first. */
    private static List<String> walk(KafkaAccountDecisions from, DecisionQuery query, Runnable between)
            throws Exception {
        List<String> ids = new ArrayList<>();
        FoundPage page = page(from, query);
        ids.addAll(ids(page));
        while (page.next() != null) {
            between.run();
            page = page(from, query.before(page.next()));
            ids.addAll(ids(page));
        }
        return ids;
    }

    static List<String> ids(FoundPage page) {
        return page.records().stream().map(KafkaAccountDecisionsIT::idOf).toList();
    }

    private static String idOf(FoundRecord record) {
        Matcher id = ID.matcher(String.valueOf(record.json()));
        return id.find() ? id.group(1) : "unknown: " + record.unknown();
    }

    private static List<String> reversed(List<String> ids) {
        List<String> reversed = new ArrayList<>(ids);
        Collections.reverse(reversed);
        return reversed;
    }

    private static DecisionFilter of(@Nullable String client, @Nullable VerdictName verdict) throws Exception {
        return new DecisionFilter(client == null ? null : ClientId.parse("client", client), verdict, null);
    }

    @Test
    void shouldNeitherRepeatNorMiss_whenNewOnesComeBetweenPages() throws Exception {
        // Given: five of the account in each transaction of a hundred, and every third transaction aborted
        List<String> written = new ArrayList<>();
        for (int transaction = 0; transaction < 30; transaction++) {
            boolean aborted = transaction % 3 == 2;
            log.begin();
            for (int i = 0; i < 100; i++) {
                String id = log.decide(i % 20 == 7 ? "paging/a" : "other" + i + "/b", i % 2 == 0, 1_000);
                if (i % 20 == 7 && !aborted) {
                    written.add(id);
                }
            }
            if (aborted) {
                log.abort();
            } else {
                log.commit();
            }
        }

        // When
        List<String> seen = walk(decisions, DecisionQuery.newest("paging", 7), () -> {
            log.begin();
            log.decide("paging/late", true, 1_000);
            log.commit();
        });

        // Then
        assertThat(seen).isEqualTo(reversed(written));
    }

    @Test
    void shouldSayWhereToGoOn_whenAPageReachesItsBound() throws Exception {
        // Given
        log.begin();
        String id = log.decide("rare/a", true, 1_000);
        for (int i = 0; i < 3_500; i++) {
            log.decide("crowd/b", true, 1_000);
        }
        log.commit();

        try (KafkaAccountDecisions bounded = connect(new ScanBounds(1, 16, 1_000, 30_000))) {
            // When
            FoundPage first = page(bounded, DecisionQuery.newest("rare", 10));

            // Then
            assertThat(first.records()).isEmpty();
            assertThat(first.scanned()).isEqualTo(1_000);
            assertThat(first.next()).isNotNull();
            assertThat(walk(bounded, DecisionQuery.newest("rare", 10), () -> {}))
                    .containsExactly(id);

            // When
            FoundPage byId = page(
                    bounded,
                    DecisionQuery.newest("rare", 10)
                            .with(new DecisionFilter(null, null, DecisionId.parse("decision", id))));

            // Then: found at once, however much lies above it
            assertThat(ids(byId)).containsExactly(id);
            assertThat(byId.scanned()).isLessThanOrEqualTo(1_000);
            assertThat(byId.next()).isNull();
        }
    }

    @Test
    void shouldShowWhatItCannotRead_asUnknown() throws Exception {
        // Given
        log.begin();
        String known = log.decide("odd/a", true, 5_000);
        log.write("odd", 5_001, "{\"v\":2,\"decisionId\":\"0-1\",\"account\":\"odd\",\"verdict\":\"maybe\"}");
        log.write("odd", 5_002, null);
        log.write("odd", 5_003, "no JSON <script>");
        log.write("odd", 5_004, "{\"v\":1,\"type\":\"penalty\",\"account\":\"odd\",\"clientId\":\"odd/a\"}");
        log.write("odd", 5_005, "{\"account\":\"odd\"}");
        log.commit();

        // When
        FoundPage page = page(DecisionQuery.newest("odd", 50).with(of("odd/a", VerdictName.ALLOW)));

        // Then
        assertThat(page.unknown()).isEqualTo(5);
        assertThat(page.records()).hasSize(6);
        assertThat(idOf(page.records().get(5))).isEqualTo(known);
        assertThat(page.records().subList(0, 5))
                .extracting(FoundRecord::unknown)
                .satisfiesExactly(
                        missing -> assertThat(missing).contains("v: missing"),
                        type -> assertThat(type).contains("type: of no record"),
                        noJson -> assertThat(noJson).contains("not valid JSON"),
                        tombstone -> assertThat(tombstone).contains("no value"),
                        version -> assertThat(version).contains("v: 2 (expected: 1)"));
    }

    @Test
    void shouldFindByClientVerdictTimeAndId() throws Exception {
        // Given
        log.begin();
        String one = log.decide("find/a", true, 10_000);
        String two = log.decide("find/b", false, 11_000);
        String three = log.decide("find/a", false, 12_000);
        String four = log.decide("find/a", true, 13_000);
        log.commit();
        DecisionQuery all = DecisionQuery.newest("find", 50);

        // When / Then
        assertThat(ids(page(all))).containsExactly(four, three, two, one);
        assertThat(ids(page(all.with(of("find/a", null))))).containsExactly(four, three, one);
        assertThat(ids(page(all.with(of(null, VerdictName.DENY))))).containsExactly(three, two);
        assertThat(ids(page(all.with(of("find/a", VerdictName.ALLOW))))).containsExactly(four, one);
        assertThat(ids(page(all.with(new DecisionFilter(null, null, DecisionId.parse("decision", two))))))
                .containsExactly(two);
        assertThat(page(all.with(new DecisionFilter(null, null, DecisionId.parse("decision", "0-99999999"))))
                        .records())
                .isEmpty();
    }

    @Test
    void shouldRefuse_whenPositionOrIdAreOfAnotherPartition() throws Exception {
        // When
        AccountDecisions.Answer position = decisions
                .page(DecisionQuery.newest("acme", 5).before(new RecordPosition(3, 7)))
                .get(60, TimeUnit.SECONDS);
        AccountDecisions.Answer id = decisions
                .page(DecisionQuery.newest("acme", 5)
                        .with(new DecisionFilter(null, null, DecisionId.parse("decision", "4-1"))))
                .get(60, TimeUnit.SECONDS);

        // Then
        assertThat(position)
                .isEqualTo(new AccountDecisions.Invalid("before", "partition 3 (expected: 0, where the account is)"));
        assertThat(id)
                .isEqualTo(new AccountDecisions.Invalid("decision", "partition 4 (expected: 0, where the account is)"));
    }

    @Test
    void shouldShowNothingThatIsNotCommitted_norWaitForIt() throws Exception {
        // Given
        log.begin();
        String committed = log.decide("open/a", true, 20_000);
        log.commit();
        log.begin();
        log.decide("open/a", true, 20_001);
        log.flush();

        // When
        FoundPage page = page(DecisionQuery.newest("open", 50));
        log.abort();

        // Then
        assertThat(ids(page)).containsExactly(committed);
    }

    @Test
    void shouldEndAPage_whenItsRecordsAreLarge() throws Exception {
        // Given
        String large = ",\"future\":\"" + "x".repeat(300_000) + "\"";
        List<String> written = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            log.begin();
            written.add(log.decide("large/a", true, 30_000 + i, large));
            log.commit();
        }

        // When
        FoundPage first = page(DecisionQuery.newest("large", 50));

        // Then
        assertThat(first.records()).hasSize(3);
        assertThat(first.next()).isNotNull();
        assertThat(walk(decisions, DecisionQuery.newest("large", 50), () -> {})).isEqualTo(reversed(written));
    }

    @Test
    void shouldBeBusy_whenAnAccountSearchesTooOftenAtOnce() throws Exception {
        // Given: a Kafka that does not answer
        Map<String, String> nowhere = Map.of("bootstrap.servers", "127.0.0.1:9");
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (KafkaAccountDecisions silent =
                KafkaAccountDecisions.start(nowhere, new ScanBounds(1, 2, 1_000, 1_500), meters)) {
            // When
            DecisionQuery query = DecisionQuery.newest("acme", 5);
            List<CompletableFuture<AccountDecisions.Answer>> asked =
                    List.of(silent.page(query), silent.page(query), silent.page(query));
            List<CompletableFuture<AccountDecisions.Answer>> others =
                    List.of(silent.page(DecisionQuery.newest("b", 5)), silent.page(DecisionQuery.newest("c", 5)));

            // Then
            assertThat(asked.get(2)).isCompleted();
            assertThat(detail(asked.get(2))).contains("2 searches of account acme run or wait already");
            assertThat(others.get(1)).isCompleted();
            assertThat(detail(others.get(1))).contains("3 searches of this front end run or wait already");
            asked.get(1).cancel(true);
            assertThat(detail(asked.get(0))).contains("could not be read in time");
            assertThat(detail(others.get(0))).contains("could not be read in time");
            assertThat(meters.get("sluice.client.decision.scans")
                            .tag("end", "busy")
                            .counter()
                            .count())
                    .isEqualTo(2);
            assertThat(meters.get("sluice.client.decision.scans")
                            .tag("end", "cancelled")
                            .counter()
                            .count())
                    .isEqualTo(1);
        }
    }

    private static String detail(CompletableFuture<AccountDecisions.Answer> answer) throws Exception {
        return ((AccountDecisions.Unavailable) answer.get(60, TimeUnit.SECONDS)).detail();
    }
}
