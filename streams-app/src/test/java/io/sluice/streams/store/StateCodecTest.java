package io.sluice.streams.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sluice.engine.bucket.Algorithm;
import io.sluice.engine.bucket.BucketState;
import io.sluice.engine.bucket.HeldMarks;
import io.sluice.engine.bucket.HeldMarks.Mark;
import io.sluice.engine.bucket.OpenCharges;
import io.sluice.engine.bucket.SlidingCounterState;
import io.sluice.engine.bucket.SlidingLogState;
import io.sluice.engine.bucket.SlidingLogState.Hit;
import io.sluice.engine.bucket.SlotsState;
import io.sluice.engine.bucket.SlotsState.Slot;
import io.sluice.engine.bucket.TokenState;
import io.sluice.engine.bucket.WindowState;
import io.sluice.engine.credit.UsedCredits;
import io.sluice.engine.penalty.PenaltyAction;
import io.sluice.engine.penalty.PenaltyMatch;
import io.sluice.engine.ruleset.OnExceed;
import io.sluice.engine.state.BucketCount;
import io.sluice.engine.state.BucketMarks;
import io.sluice.engine.state.CreditStatus;
import io.sluice.engine.state.DebtStatus;
import io.sluice.engine.state.HoldGrant;
import io.sluice.engine.state.IdempotencyRecord;
import io.sluice.engine.state.LimitOutcome;
import io.sluice.engine.state.LimitOutcomeBuilder;
import io.sluice.engine.state.ListMatch;
import io.sluice.engine.state.LogPosition;
import io.sluice.engine.state.MeteredCharge;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.state.PartitionClock;
import io.sluice.engine.state.Reason;
import io.sluice.engine.state.StoredBucket;
import io.sluice.engine.wide.LapsingCount;
import io.sluice.engine.wide.TravellingKey;
import io.sluice.engine.wide.WidePeer;
import io.sluice.streams.store.StateCodec.StoredActivation;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Golden bytes of every layout version: what was written once must be readable for ever. */
final class StateCodecTest {
    private static final String GOLDEN_BUCKET =
            "01" + "0000000000000007" + "01" + "0000018bcfe56800" + "00000000000003e8" + "0000000000000009";

    private static final String GOLDEN_IDEMPOTENCY_RECORD = "01" + "00000000000000aa" + "00000000000000bb"
            + "00000000000000cc"
            + "0000000000000007" + "0000000000000003" + "03" + "000466726565" + "0001" + "00016c" + "00046163c3a9"
            + "0000000000000014" + "0000000000000002" + "0000000000000064" + "000000000000005a" + "000000000000000a"
            + "7fffffffffffffff" + "0000000000000007" + "00";

    @Test
    void shouldWriteAndReadGoldenBytes_whenBucket() {
        // Given
        StoredBucket bucket = new StoredBucket(7, new TokenState(1_700_000_000_000L, 1_000, 9));

        // When
        byte[] bytes = StateCodec.encode(bucket);

        // Then
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(GOLDEN_BUCKET);
        assertThat(StateCodec.bucket(HexFormat.of().parseHex(GOLDEN_BUCKET))).isEqualTo(bucket);
    }

    static List<Arguments> states() {
        return List.of(
                arguments(
                        new TokenState(5, 6, 3, TokenState.Advance.NONE, new HeldMarks(List.of(new Mark(9, 2, 1)))),
                        "06" + "0000000000000005" + "0000000000000006" + "0000000000000003" + "8000000000000000"
                                + "0000000000000000" + "0000000000000009" + "0000000000000002" + "0000000000000001"),
                arguments(
                        new TokenState(5, 6, 3, TokenState.Advance.NONE, new HeldMarks(new OpenCharges(9, 2, -1, 4))),
                        "07" + "0000000000000005" + "0000000000000006" + "0000000000000003" + "8000000000000000"
                                + "0000000000000000" + "0000000000000009" + "0000000000000002" + "ffffffffffffffff"
                                + "0000000000000004"),
                arguments(
                        new TokenState(5, 3, 2, new TokenState.Advance(9, 1), HeldMarks.NONE),
                        "06" + "0000000000000005" + "0000000000000003" + "0000000000000002" + "0000000000000009"
                                + "0000000000000001"),
                arguments(
                        new WindowState(5, 3, 2), "02" + "0000000000000005" + "0000000000000003" + "0000000000000002"),
                arguments(
                        new SlidingCounterState(5, 3, 2),
                        "03" + "0000000000000005" + "0000000000000003" + "0000000000000002"),
                arguments(new SlidingLogState(5, List.of()), "04" + "0000000000000005"),
                arguments(
                        new SlidingLogState(5, List.of(new Hit(3, 2), new Hit(4, 1))),
                        "04" + "0000000000000005" + "0000000000000003" + "0000000000000002" + "0000000000000004"
                                + "0000000000000001"),
                arguments(
                        new SlotsState(5, List.of(new Slot(9, 2, 7))),
                        "05" + "0000000000000005" + "0000000000000009" + "0000000000000002" + "0000000000000007"));
    }

    @ParameterizedTest
    @MethodSource("states")
    void shouldWriteAndReadGoldenBytes_whenStateIsOfAnyKind(BucketState state, String tail) {
        // Given
        StoredBucket bucket = new StoredBucket(7, state);
        String golden = "01" + "0000000000000007" + tail;

        // When
        byte[] bytes = StateCodec.encode(bucket);

        // Then
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(golden);
        assertThat(StateCodec.bucket(HexFormat.of().parseHex(golden))).isEqualTo(bucket);
    }

    @Test
    void shouldWriteAndReadGoldenBytes_whenCount() {
        // Given
        BucketCount count = new BucketCount(60, 20, 7, 9);
        String golden = "01" + "000000000000003c" + "0000000000000014" + "0000000000000007" + "0000000000000009";

        // When
        byte[] bytes = StateCodec.encode(count);

        // Then
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(golden);
        assertThat(StateCodec.count(bytes)).isEqualTo(count);
    }

    @Test
    void shouldWriteAndReadGoldenBytes_whenABucketIsMarked() {
        // Given
        StoredBucket bucket = new StoredBucket(7, 0, new WindowState(5, 3, 2), new BucketMarks(800, 9));
        String golden = "02" + "0000000000000007" + "0000000000000000" + "0320" + "0000000000000009" + "02"
                + "0000000000000005" + "0000000000000003" + "0000000000000002";

        // When
        byte[] bytes = StateCodec.encode(bucket);

        // Then
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(golden);
        assertThat(StateCodec.bucket(bytes)).isEqualTo(bucket);
    }

    @Test
    void shouldWriteAndReadGoldenBytes_whenIdempotencyRecord() {
        // Given
        LimitOutcome limit =
                new LimitOutcome("l", "acé", 20, 2, 100, 90, 10, Algorithm.NEVER, 7, false, OnExceed.DENY, null);
        IdempotencyRecord idempotencyRecord = new IdempotencyRecord(
                0xaa, 0xbb, new Outcome(0xcc, 7, "free", 3, Reason.LIMIT_EXCEEDED, List.of(limit)));

        // When
        byte[] bytes = StateCodec.encode(idempotencyRecord);

        // Then
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(GOLDEN_IDEMPOTENCY_RECORD);
        assertThat(StateCodec.idempotencyRecord(HexFormat.of().parseHex(GOLDEN_IDEMPOTENCY_RECORD)))
                .isEqualTo(idempotencyRecord);
    }

    @Test
    void shouldWriteAndReadGoldenBytes_whenIdempotencyRecordHoldsSomething() {
        // Given
        LimitOutcome limit =
                new LimitOutcome("l", "acé", 20, 2, 100, 90, 10, Algorithm.NEVER, 7, false, OnExceed.DENY, null);
        HoldGrant holdGrant = new HoldGrant(17, 1_700_000_000_000L, 9, 0);
        IdempotencyRecord idempotencyRecord = new IdempotencyRecord(
                0xaa, 0xbb, new Outcome(0xcc, 7, "free", 3, Reason.LIMIT_EXCEEDED, List.of(limit), holdGrant, null));
        String golden = "02" + GOLDEN_IDEMPOTENCY_RECORD.substring(2) + "0000000000000011" + "0000018bcfe56800"
                + "0000000000000009" + "0000000000000000";

        // When
        byte[] bytes = StateCodec.encode(idempotencyRecord);

        // Then
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(golden);
        assertThat(StateCodec.idempotencyRecord(HexFormat.of().parseHex(golden)))
                .isEqualTo(idempotencyRecord);
    }

    @Test
    void shouldWriteAndReadGoldenBytes_whenALimitOfAIdempotencyRecordActed() {
        // Given
        LimitOutcome limit =
                new LimitOutcome("l", "acé", 20, 2, 100, 90, 10, Algorithm.NEVER, 7, false, OnExceed.CHALLENGE, null);
        IdempotencyRecord idempotencyRecord = new IdempotencyRecord(
                0xaa, 0xbb, new Outcome(0xcc, 7, "free", 3, Reason.LIMIT_EXCEEDED, List.of(limit)));
        String golden = "04" + GOLDEN_IDEMPOTENCY_RECORD.substring(2) + "02" + "ffffffffffffffff"
                + "0000000000000000".repeat(3);

        // When
        byte[] bytes = StateCodec.encode(idempotencyRecord);

        // Then
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(golden);
        assertThat(StateCodec.idempotencyRecord(HexFormat.of().parseHex(golden)))
                .isEqualTo(idempotencyRecord);
    }

    @Test
    void shouldWriteAndReadGoldenBytes_whenALimitOfAIdempotencyRecordWasMetered() {
        // Given
        LimitOutcome limit = new LimitOutcome(
                "l", "acé", 20, 2, 100, 90, 10, Algorithm.NEVER, 7, false, OnExceed.DENY, new MeteredCharge(9, -4));
        IdempotencyRecord idempotencyRecord = new IdempotencyRecord(
                0xaa, 0xbb, new Outcome(0xcc, 7, "free", 3, Reason.LIMIT_EXCEEDED, List.of(limit)));
        String golden = "05" + GOLDEN_IDEMPOTENCY_RECORD.substring(2) + "03" + "01" + "0000000000000009"
                + "fffffffffffffffc" + "ffffffffffffffff" + "0000000000000000".repeat(3);

        // When
        byte[] bytes = StateCodec.encode(idempotencyRecord);

        // Then
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(golden);
        assertThat(StateCodec.idempotencyRecord(HexFormat.of().parseHex(golden)))
                .isEqualTo(idempotencyRecord);
    }

    @Test
    void shouldWriteAndReadGoldenBytes_whenALimitOfAIdempotencyRecordHadCredits() {
        // Given
        LimitOutcome limit = LimitOutcomeBuilder.builder(new LimitOutcome(
                        "l", "acé", 20, 2, 100, 90, 10, Algorithm.NEVER, 7, false, OnExceed.DENY, null))
                .credit(new CreditStatus(11, -4))
                .build();
        IdempotencyRecord idempotencyRecord = new IdempotencyRecord(
                0xaa, 0xbb, new Outcome(0xcc, 7, "free", 3, Reason.LIMIT_EXCEEDED, List.of(limit)));
        String golden = "07" + GOLDEN_IDEMPOTENCY_RECORD.substring(2) + "03" + "00" + "0000000000000000".repeat(2)
                + "01" + "000000000000000b" + "fffffffffffffffc" + "ffffffffffffffff" + "0000000000000000".repeat(3)
                + "00";

        // When
        byte[] bytes = StateCodec.encode(idempotencyRecord);

        // Then
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(golden);
        assertThat(StateCodec.idempotencyRecord(HexFormat.of().parseHex(golden)))
                .isEqualTo(idempotencyRecord);
    }

    @Test
    void shouldWriteAndReadGoldenBytes_whenALimitOfAIdempotencyRecordHadAGrace() {
        // Given
        LimitOutcome limit = LimitOutcomeBuilder.builder(new LimitOutcome(
                        "l", "acé", 20, 2, 100, 90, 10, Algorithm.NEVER, 7, false, OnExceed.DENY, null))
                .debt(new DebtStatus(3, 10))
                .build();
        IdempotencyRecord idempotencyRecord = new IdempotencyRecord(
                0xaa, 0xbb, new Outcome(0xcc, 7, "free", 3, Reason.LIMIT_EXCEEDED, List.of(limit)));
        String golden = "08" + GOLDEN_IDEMPOTENCY_RECORD.substring(2) + "03" + "00" + "0000000000000000".repeat(2)
                + "00" + "0000000000000000".repeat(2) + "01" + "0000000000000003" + "000000000000000a"
                + "ffffffffffffffff" + "0000000000000000".repeat(3) + "00";

        // When
        byte[] bytes = StateCodec.encode(idempotencyRecord);

        // Then
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(golden);
        assertThat(StateCodec.idempotencyRecord(HexFormat.of().parseHex(golden)))
                .isEqualTo(idempotencyRecord);
    }

    @Test
    void shouldReadBack_whenARecordHadCreditsAndAPenalty() {
        // Given
        LimitOutcome limit = LimitOutcomeBuilder.builder(
                        new LimitOutcome("l", "acé", 20, 2, 100, 90, 10, 0, 7, true, OnExceed.DENY, null))
                .credit(new CreditStatus(11, 4))
                .build();
        PenaltyMatch penalty = new PenaltyMatch("p", "acme/a", false, 1, 2, PenaltyAction.DENY, 99, 41);
        IdempotencyRecord idempotencyRecord = new IdempotencyRecord(
                0xaa,
                0xbb,
                new Outcome(0xcc, 7, "free", 3, Reason.WITHIN_LIMITS, List.of(limit), HoldGrant.NONE, null, penalty));

        // When / Then
        assertThat(StateCodec.idempotencyRecord(StateCodec.encode(idempotencyRecord)))
                .isEqualTo(idempotencyRecord);
    }

    @Test
    void shouldWriteAndReadGoldenBytes_whenUsedCredits() {
        // Given
        UsedCredits used = new UsedCredits(new TreeMap<>(Map.of(8L, 5L, 9L, 1L)));
        String golden = "01" + "0000000000000008" + "0000000000000005" + "0000000000000009" + "0000000000000001";

        // When / Then
        assertThat(HexFormat.of().formatHex(StateCodec.encode(used))).isEqualTo(golden);
        assertThat(StateCodec.usedCredits(HexFormat.of().parseHex(golden))).isEqualTo(used);
    }

    @Test
    void shouldWriteAndReadGoldenBytes_whenIdempotencyRecordOfAListing() {
        // Given
        Outcome outcome = new Outcome(
                0xcc, 7, "free", 3, Reason.DENY_LISTED, List.of(), HoldGrant.NONE, new ListMatch("b", "né", 9));
        IdempotencyRecord idempotencyRecord = new IdempotencyRecord(0xaa, 0xbb, outcome);
        String golden = "03" + "00000000000000aa" + "00000000000000bb" + "00000000000000cc" + "0000000000000007"
                + "0000000000000003" + "07" + "000466726565" + "0000" + "0000000000000009" + "000162" + "00036ec3a9";

        // When
        byte[] bytes = StateCodec.encode(idempotencyRecord);

        // Then
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(golden);
        assertThat(StateCodec.idempotencyRecord(HexFormat.of().parseHex(golden)))
                .isEqualTo(idempotencyRecord);
    }

    @Test
    void shouldReadBack_whenClockOrActivation() {
        // Given
        StoredActivation activation = new StoredActivation(5, "{\"ä\":1}");
        LogPosition position = new LogPosition(7, new PartitionClock(123, 120, 110, 105));

        // When
        byte[] clock = StateCodec.encode(position);

        // Then
        assertThat(HexFormat.of().formatHex(clock))
                .isEqualTo("01" + "0000000000000007" + "000000000000007b" + "0000000000000078" + "000000000000006e"
                        + "0000000000000069");
        assertThat(StateCodec.clock(clock)).isEqualTo(position);
        assertThat(StateCodec.activation(StateCodec.encode(activation))).isEqualTo(activation);
    }

    @Test
    void shouldRefuse_whenVersionUnknown() {
        // Given
        byte[] future = HexFormat.of().parseHex("03" + GOLDEN_BUCKET.substring(2));

        // When / Then
        assertThatThrownBy(() -> StateCodec.bucket(future)).hasMessage("stored value version: 3 (expected: 1..2)");
    }

    @Test
    void shouldKeepReasonOrder_whenStoredByOrdinal() {
        // Given the ordinals that are in stores already
        // When / Then
        assertThat(Reason.values())
                .containsExactly(
                        Reason.WITHIN_LIMITS,
                        Reason.NO_LIMIT_APPLIES,
                        Reason.NO_RULESET,
                        Reason.LIMIT_EXCEEDED,
                        Reason.COST_ABOVE_CAPACITY,
                        Reason.TOO_MANY_RESERVATIONS,
                        Reason.ALLOW_LISTED,
                        Reason.DENY_LISTED,
                        Reason.THROTTLED,
                        Reason.TAGGED,
                        Reason.CHALLENGED,
                        Reason.NOT_LEASABLE,
                        Reason.CHARGED,
                        Reason.CHARGED_IN_PART,
                        Reason.REFUNDED,
                        Reason.PENALTY,
                        Reason.WITHIN_GRACE);
        assertThat(OnExceed.values())
                .containsExactly(OnExceed.TAG, OnExceed.THROTTLE, OnExceed.CHALLENGE, OnExceed.DENY);
    }

    @Test
    void shouldKeepItsBytes_whenWhatTravelsIsStored() {
        // Given
        LapsingCount wideCount = new LapsingCount(
                2, new LapsingCount.Share(9, 1, 3), new LapsingCount.Share(5, 0, 0), new LapsingCount.Share(1, 2, 7));
        TravellingKey key = new TravellingKey(0xaa, 0xbb, 0xcc);

        // When / Then
        assertThat(HexFormat.of().formatHex(StateCodec.encode(wideCount)))
                .isEqualTo("01" + "0000000000000002" + "0000000000000009" + "0000000000000001" + "0000000000000003"
                        + "0000000000000005" + "0000000000000000" + "0000000000000000" + "0000000000000001"
                        + "0000000000000002" + "0000000000000007");
        assertThat(StateCodec.wideCount(StateCodec.encode(wideCount))).isEqualTo(wideCount);
        assertThat(HexFormat.of().formatHex(StateCodec.encode(key)))
                .isEqualTo("02" + "00000000000000aa" + "00000000000000bb" + "00000000000000cc");
        assertThat(StateCodec.travellingKey(StateCodec.encode(key))).isEqualTo(key);
        assertThat(HexFormat.of().formatHex(StateCodec.encode(new WidePeer(7)))).isEqualTo("01" + "0000000000000007");
        assertThat(HexFormat.of().formatHex(StateCodec.encode(new StateCodec.StoredMessage(new byte[] {1}, "{}"))))
                .isEqualTo("02" + "00000001" + "01" + "7b7d");
        assertThat(HexFormat.of().formatHex(StateCodec.encode(new StateCodec.StoredMessage(null, "{}"))))
                .isEqualTo("02" + "ffffffff" + "7b7d");
    }
}
