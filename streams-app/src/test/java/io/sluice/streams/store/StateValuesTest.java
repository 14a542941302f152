package io.sluice.streams.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.engine.bucket.BucketState;
import io.sluice.engine.bucket.TokenBucket;
import io.sluice.engine.ledger.LimitOutcome;
import io.sluice.engine.ledger.Memo;
import io.sluice.engine.ledger.Outcome;
import io.sluice.engine.ledger.Reason;
import io.sluice.engine.ledger.StoredBucket;
import io.sluice.streams.store.StateValues.StoredActivation;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Golden bytes of layout version 1: what was written once must be readable for ever. */
final class StateValuesTest {
    private static final String GOLDEN_BUCKET =
            "01" + "0000000000000007" + "0000018bcfe56800" + "00000000000003e8" + "0000000000000009";

    private static final String GOLDEN_MEMO = "01" + "00000000000000aa" + "00000000000000bb" + "00000000000000cc"
            + "0000000000000007" + "0000000000000003" + "03" + "000466726565" + "0001" + "00016c" + "00046163c3a9"
            + "0000000000000014" + "0000000000000002" + "0000000000000064" + "000000000000005a" + "000000000000000a"
            + "7fffffffffffffff";

    @Test
    void shouldWriteAndReadGoldenBytes_whenBucket() {
        // Given
        StoredBucket bucket = new StoredBucket(7, new BucketState(1_700_000_000_000L, 1_000, 9));

        // When
        byte[] bytes = StateValues.encode(bucket);

        // Then
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(GOLDEN_BUCKET);
        assertThat(StateValues.bucket(HexFormat.of().parseHex(GOLDEN_BUCKET))).isEqualTo(bucket);
    }

    @Test
    void shouldWriteAndReadGoldenBytes_whenMemo() {
        // Given
        LimitOutcome limit = new LimitOutcome("l", "acé", 20, 2, 100, 90, 10, TokenBucket.NEVER);
        Memo memo = new Memo(0xaa, 0xbb, new Outcome(0xcc, 7, "free", 3, Reason.LIMIT_EXCEEDED, List.of(limit)));

        // When
        byte[] bytes = StateValues.encode(memo);

        // Then
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(GOLDEN_MEMO);
        assertThat(StateValues.memo(HexFormat.of().parseHex(GOLDEN_MEMO))).isEqualTo(memo);
    }

    @Test
    void shouldReadBack_whenClockOrActivation() {
        // Given
        StoredActivation activation = new StoredActivation(5, "{\"ä\":1}");

        // When
        long clock = StateValues.clock(StateValues.encodeClock(123));

        // Then
        assertThat(clock).isEqualTo(123);
        assertThat(StateValues.activation(StateValues.encode(activation))).isEqualTo(activation);
    }

    @Test
    void shouldRefuse_whenVersionUnknown() {
        // Given
        byte[] future = HexFormat.of().parseHex("02" + GOLDEN_BUCKET.substring(2));

        // When / Then
        assertThatThrownBy(() -> StateValues.bucket(future)).hasMessage("stored value version: 2 (expected: 1)");
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
                        Reason.COST_ABOVE_CAPACITY);
    }
}
