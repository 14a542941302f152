package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.reply.HoldNames;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.QuotaReport;
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.reply.SettlementRecord;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.QuotaQuery;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.SettleRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reserve, commit, cancel and release over the topology, on real RocksDB. */
final class HoldTopologyTest extends TopologyTest {
    private static final String RULES = "{\"limits\":[{\"id\":\"tokens\",\"scope\":\"client\","
            + "\"rate\":{\"tokens\":1,\"per\":\"1h\"},\"burst\":10},"
            + "{\"id\":\"slots\",\"scope\":\"account\",\"algorithm\":\"concurrency\",\"limit\":20,\"ttl\":\"60s\"}]}";

    @BeforeEach
    void activate() {
        topology.activate(1, RULES);
    }

    private static AdmissionRequest.Builder five() {
        return AdmissionRequest.of("acme/a").cost(5).reserveMillis(30_000);
    }

    private static ClientId client(String text) throws WireException {
        return ClientId.parse("clientId", text);
    }

    private static DecisionId id(String text) throws WireException {
        return DecisionId.parse("id", text);
    }

    private static SettleRequest commit(String id, long cost) throws WireException {
        return SettleRequest.commit(client("acme/a"), id(id), cost);
    }

    private List<Long> left() throws WireException {
        return topology.ask(AdmissionRequest.of("acme/a").cost(0)).details().limits().stream()
                .map(LimitStatus::remaining)
                .toList();
    }

    @Test
    void shouldNameWhatIsHeld_whenReserved() throws Exception {
        // When
        Verdict verdict = topology.ask(five());

        // Then
        assertThat(verdict.decisionId()).isEqualTo("0-1");
        assertThat(verdict.details().held())
                .isEqualTo(new HoldNames("0-1", TopologyFixture.START_MILLIS + 30_000, "0-1"));
        assertThat(topology.decisions()).singleElement().satisfies(decision -> {
            assertThat(decision.charged()).isEqualTo(5);
            assertThat(decision.request().reserveMillis()).isEqualTo(30_000);
            assertThat(decision.details().held()).isEqualTo(verdict.details().held());
        });
    }

    @Test
    void shouldShowWhatIsRemembered_whenHeld() throws Exception {
        // Given: two reservations, of which one is over
        topology.ask(five());
        topology.advance(20_000);
        topology.ask(five());
        topology.advance(11_000);
        topology.ask(AdmissionRequest.of("acme/a").cost(0));

        // When
        topology.sweep();

        // Then: the other, and the slots of both, which were looked at with it
        assertThat(remembered("holds")).isEqualTo(3);
        assertThat(remembered("profiles")).isZero();
    }

    private double remembered(String what) {
        return topology.registry
                .get("sluice.state.remembered." + what)
                .tag("partition", "0")
                .gauge()
                .value();
    }

    @Test
    void shouldGiveBackAndRecordOnce_whenCommittedTwice() throws Exception {
        // Given
        topology.ask(five());
        topology.advance(1_000);

        // When
        SettlementReply reply = topology.settle(commit("0-1", 3));
        SettlementReply again = topology.settle(commit("0-1", 3));

        // Then
        Settlement settlement = reply.settlement();
        assertThat(reply.decisionId()).isEqualTo("0-2");
        assertThat(settlement.outcome()).isEqualTo(Settlement.Outcome.COMMITTED);
        assertThat(settlement.returned()).isEqualTo(2);
        assertThat(settlement.limits()).extracting(LimitStatus::remaining).containsExactly(7L);
        assertThat(again.settlement().replayed()).isTrue();
        assertThat(again.settlement().decidedAtMillis()).isEqualTo(settlement.decidedAtMillis());
        assertThat(left()).containsExactly(7L, 15L);
        List<DecisionRecord> records = topology.decisionRecords();
        assertThat(records).hasSize(3);
        assertThat(records.get(1)).isEqualTo(new SettlementRecord("0-2", settlement));
    }

    @Test
    void shouldSayWhy_whenNothingCanBeSettled() throws Exception {
        // Given
        topology.ask(five());

        // When / Then
        assertThat(topology.settle(commit("0-1", 6)).error().code()).isEqualTo("commit-above-reservation");
        assertThat(topology.settle(commit("0-1", 6)).error().detail()).isEqualTo("6 (expected: 0..5)");
        assertThat(topology.settle(commit("0-7", 1)).error().code()).isEqualTo("reservation-not-found");
        assertThat(topology.settle(commit("1-1", 1)).error().code()).isEqualTo("reservation-not-found");
        assertThat(topology.settle(SettleRequest.cancel(client("acme/b"), id("0-1")))
                        .error()
                        .code())
                .isEqualTo("reservation-not-found");
        assertThat(topology.settle(SettleRequest.release(client("acme"), id("0-1")))
                        .error()
                        .field())
                .isEqualTo("releaseId");
        assertThat(topology.decisionRecords()).hasSize(1);
        assertThat(left()).containsExactly(5L, 15L);
    }

    @Test
    void shouldFreeSlots_whenReleased() throws Exception {
        // Given
        topology.ask(AdmissionRequest.of("acme/a").cost(2));

        // When
        Settlement settlement = topology.settle(SettleRequest.release(client("acme/a"), id("0-1")))
                .settlement();

        // Then
        assertThat(settlement.outcome()).isEqualTo(Settlement.Outcome.RELEASED);
        assertThat(settlement.slots()).isTrue();
        assertThat(left()).containsExactly(8L, 20L);
    }

    @Test
    void shouldExpireBeforeTheNextDecision_whenItsTimeIsOver() throws Exception {
        // Given
        topology.ask(five());
        topology.decisionRecords();

        // When
        topology.advance(40_000);
        List<Long> left = left();

        // Then
        assertThat(left).containsExactly(10L, 15L);
        List<DecisionRecord> records = topology.decisionRecords();
        SettlementRecord end = (SettlementRecord) records.get(0);
        assertThat(end.decisionId()).isNull();
        assertThat(end.settlement().outcome()).isEqualTo(Settlement.Outcome.EXPIRED);
        assertThat(end.settlement().decidedAtMillis()).isEqualTo(TopologyFixture.START_MILLIS + 30_000);
        assertThat(records.get(1)).isInstanceOf(Decision.class);
        assertThat(topology.settle(commit("0-1", 3)).error().code()).isEqualTo("reservation-not-found");
    }

    @Test
    void shouldCountWhatExpired_whenQuotaIsAsked() throws Exception {
        // Given
        topology.ask(five());
        topology.advance(30_000);

        // When
        QuotaQuery query = new QuotaQuery(client("acme/a"));
        topology.send(
                "acme".getBytes(StandardCharsets.UTF_8),
                RequestCodec.encode(query.repliedTo(new ReplyAddress(0, "q"))));

        // Then
        assertThat(((QuotaReport) topology.onlyReply()).limits())
                .extracting(LimitStatus::remaining)
                .containsExactly(10L, 15L);
    }

    @Test
    void shouldEndAndForget_whenCleanUpFindsWhatExpired() throws Exception {
        // Given an account that never comes back, and another one whose records move the time
        topology.ask(five());
        topology.settle(commit("0-1", 5));
        topology.ask(five());
        topology.decisionRecords();
        topology.advance(3_600_000 * 10L);
        topology.ask(AdmissionRequest.of("other").cost(0));

        // When
        topology.sweep();
        topology.sweep();

        // Then
        assertThat(topology.decisionRecords().stream()
                        .filter(SettlementRecord.class::isInstance)
                        .map(record -> ((SettlementRecord) record).settlement())
                        .map(end -> end.holdId() + " " + end.slots() + " " + end.decidedAtMillis()))
                .containsExactlyInAnyOrder(
                        "0-3 false " + (TopologyFixture.START_MILLIS + 30_000),
                        "0-1 true " + (TopologyFixture.START_MILLIS + 60_000),
                        "0-3 true " + (TopologyFixture.START_MILLIS + 60_000));
        assertThat(keysOf("acme")).isEmpty();
    }

    @Test
    void shouldKeepLiveHolds_whenCleanUpRuns() throws Exception {
        // Given
        topology.ask(five());
        topology.advance(29_999);
        topology.ask(AdmissionRequest.of("other").cost(0));

        // When
        topology.sweep();
        topology.sweep();

        // Then
        assertThat(topology.settle(commit("0-1", 1)).settlement().returned()).isEqualTo(4);
    }

    @Test
    void shouldGiveTheSameReservation_whenIdempotencyKeyIsRepeated() throws Exception {
        // Given
        Verdict first = topology.ask(five().idempotencyKey("k"));

        // When
        topology.advance(5);
        Verdict again = topology.ask(five().idempotencyKey("k"));
        Verdict longer = topology.ask(five().idempotencyKey("k").reserveMillis(30_001));

        // Then
        assertThat(again.details().replayed()).isTrue();
        assertThat(again.decisionId()).isEqualTo("0-2");
        assertThat(again.details().held()).isEqualTo(first.details().held());
        assertThat(longer.error().code()).isEqualTo("idempotency-key-reused");
        assertThat(topology.settle(commit("0-1", 5)).settlement()).isNotNull();
    }

    @Test
    void shouldTellThePlainTruth_whenACommitIsMalformed() throws Exception {
        // When
        topology.send(
                "acme".getBytes(StandardCharsets.UTF_8),
                ("{\"v\":1,\"type\":\"commit\",\"clientId\":\"acme\",\"reservationId\":\"0-1\","
                                + "\"reply\":{\"partition\":0,\"correlationId\":\"c\"}}")
                        .getBytes(StandardCharsets.UTF_8));

        // Then
        assertThat(((Verdict) topology.onlyReply()).error().field()).isEqualTo("cost");
        assertThat(topology.deadLetters()).hasSize(1);
    }

    private List<String> keysOf(String account) {
        List<String> keys = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> entries = topology.store().range(Bytes.wrap(new byte[] {0}), null)) {
            while (entries.hasNext()) {
                KeyValue<Bytes, byte[]> entry = entries.next();
                String key = new String(entry.key.get(), StandardCharsets.UTF_8);
                if (key.startsWith(account)) {
                    keys.add(key);
                }
            }
        }
        return keys;
    }
}
