package io.sluice.testkit.oracle;

import static io.sluice.schemas.request.AdmissionRequest.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.HoldEntry;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.InMemoryLedgerStore;
import io.sluice.engine.state.StoredBucket;
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.reply.SettlementRecord;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.SettleRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The oracle knows how everything that is held must end. */
final class LogOracleHoldsTest {
    private static final ClientId ALICE = new ClientId("acme/a", "acme");

    private final OracleLog log = new OracleLog();

    /**
     * 0 ruleset; 1 reserves 3; 2 commits 1; 3 reserves 1 for 50 ms; 4 commits in vain; 5 reserves for long; 6 expires.
     */
    @BeforeEach
    void writeLog() throws Exception {
        log.activate(1_000, 1, OracleLog.THREE_PER_SECOND);
        log.ask(1_000, of("acme/a").cost(3).reserveMillis(1_000));
        log.settle(1_000, SettleRequest.commit(ALICE, new DecisionId(0, 1), 1));
        log.ask(1_000, of("acme/a").reserveMillis(50));
        log.settle(1_100, SettleRequest.commit(ALICE, new DecisionId(0, 3), 1));
        log.ask(1_100, of("acme/a").reserveMillis(10_000));
        log.ask(1_100, of("beta").reserveMillis(50));
        log.ask(1_200, of("gamma"));
    }

    @Test
    void shouldKnowEveryEnd_whenReplayed() {
        // When
        LogOracle oracle = log.replay();

        // Then
        assertThat(oracle.settlements())
                .extracting(end -> end.name() + " " + end.settlement().outcome() + " "
                        + end.settlement().returned() + " " + end.noticed())
                .containsExactly(
                        "reservation 0-1 COMMITTED 2 true",
                        "reservation 0-3 EXPIRED 1 true",
                        "reservation 0-6 EXPIRED 1 false");
        assertThat(oracle.outcomes().get("0-5").outcome().limits().get(0).remaining())
                .isEqualTo(1);
    }

    private static List<SettlementRecord> records(LogOracle oracle, boolean withUnnoticed) {
        return oracle.settlements().stream()
                .filter(end -> end.noticed() || withUnnoticed)
                .map(end -> new SettlementRecord(
                        end.decisionId(), SettlementDifferences.told(end.partition(), end.settlement(), false)))
                .toList();
    }

    @Test
    void shouldAcceptTheRecords_whetherTheCleanUpHasNoticedAnExpiryOrNot() {
        // Given
        LogOracle oracle = log.replay();

        // When, Then
        oracle.assertSettlements(records(oracle, true));
        oracle.assertSettlements(records(oracle, false));
    }

    @Test
    void shouldAcceptAnEnd_whenARecordSinceHasBroughtIt() throws Exception {
        // Given: 5 is open until later than this log goes
        LogOracle oracle = log.replay();
        log.ask(11_200, of("gamma"));
        LogOracle later = log.replay();
        List<SettlementRecord> records = records(later, true);

        // When, Then
        assertThat(records).hasSize(4);
        oracle.assertSettlements(records, () -> later);
        assertThatThrownBy(() -> oracle.assertSettlements(records))
                .hasMessageContaining("end of reservation 0-5")
                .hasMessageContaining("expected none");
        assertThatThrownBy(() -> oracle.assertSettlements(records.subList(1, 4), () -> later))
                .hasMessageContaining("reservation 0-1");
    }

    @Test
    void shouldRefuseTheRecords_whenOneIsMissingTwiceOrWrong() {
        // Given
        LogOracle oracle = log.replay();
        SettlementRecord commit = records(oracle, false).get(0);
        SettlementRecord expiry = records(oracle, false).get(1);
        Settlement was = commit.settlement();
        SettlementRecord generous = new SettlementRecord(
                "0-2",
                new Settlement(
                        was.outcome(),
                        was.clientId(),
                        was.holdId(),
                        false,
                        was.reserved(),
                        0,
                        0,
                        was.decidedAtMillis(),
                        1,
                        false,
                        was.limits()));

        // When, Then
        assertThatThrownBy(() -> oracle.assertSettlements(List.of(commit))).hasMessageContaining("reservation 0-3");
        assertThatThrownBy(() -> oracle.assertSettlements(List.of(commit, expiry, commit)))
                .hasMessageContaining("reservation 0-1")
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> oracle.assertSettlements(List.of(generous, expiry)))
                .hasMessageContaining("end of reservation 0-1");
    }

    @Test
    void shouldHoldRepliesAgainstTheLog_whenSettled() {
        // Given
        LogOracle oracle = log.replay();
        SettlementReply committed =
                new SettlementReply("c-2", "0-2", records(oracle, false).get(0).settlement(), null);
        SettlementReply late =
                new SettlementReply("c-4", "0-4", null, new WireError(WireError.RESERVATION_NOT_FOUND, "", ""));
        SettlementReply wrong =
                new SettlementReply("c-4", "0-4", null, new WireError(WireError.COMMIT_ABOVE_RESERVATION, "", ""));

        // When, Then
        oracle.assertSettlementReplies(List.of(committed, late, committed));
        oracle.assertAllSettlementsAnswered(List.of(committed, late));
        assertThatThrownBy(() -> oracle.assertAllSettlementsAnswered(List.of(committed)))
                .hasMessageContaining("0-4");
        assertThatThrownBy(() -> oracle.assertSettlementReplies(List.of(committed, wrong)))
                .hasMessageContaining("settlement 0-4");
    }

    @Test
    void shouldHoldTheStoreAgainstTheLog_whetherExpiriesWereNoticedOrNot() {
        // Given what the ledger of the log holds
        LogOracle oracle = log.replay();
        InMemoryLedgerStore store = log.replay().store(0);
        Map<BucketKey, StoredBucket> buckets = new HashMap<>(store.buckets());
        Map<HoldKey, HoldEntry> holds = new HashMap<>(store.holds());

        // When, Then
        oracle.assertStore(Map.of(0, buckets), Map.of(0, holds));
        HoldKey live = new HoldKey("acme", HoldKind.RESERVATION, 5);
        assertThat(holds.remove(live)).isInstanceOf(HoldEntry.Open.class);
        assertThatThrownBy(() -> oracle.assertStore(Map.of(0, buckets), Map.of(0, holds)))
                .hasMessageContaining("holds of partition 0");
    }
}
