package io.sluice.streams.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.engine.penalty.AccountPenalties;
import io.sluice.engine.penalty.PenaltyAction;
import io.sluice.engine.penalty.PenaltyEntry;
import io.sluice.engine.penalty.PenaltyMatch;
import io.sluice.engine.state.HoldGrant;
import io.sluice.engine.state.IdempotencyRecord;
import io.sluice.engine.state.Outcome;
import io.sluice.engine.state.Reason;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The stored bytes of penalties, for ever. */
final class PenaltyCodecTest {
    private static final String GOLDEN = "01" + "00000000000000aa" + "0002"
            + "000170" + "0008" + "61636dc3a92f6161" + "01" + "0000000000000000" + "0000000000000000" + "02"
            + "00000000000000bb" + "00000000000000cc" + "00000000000000ee" + "0000"
            + "000171" + "0000" + "02" + "00000000000000dd" + "0000000000000002" + "00" + "0000000000000000"
            + "0000000000000000" + "ffffffffffffffff" + "0002" + "0000000000000007" + "fffffffffffffff8";

    private static final String GOLDEN_RECORD = "06" + "00000000000000aa" + "00000000000000bb" + "00000000000000cc"
            + "0000000000000007" + "0000000000000003" + "0f" + "000466726565" + "0000"
            + "ffffffffffffffff" + "0000000000000000" + "0000000000000000" + "0000000000000000"
            + "01" + "02" + "03" + "01" + "00000000000000dd" + "000170" + "0006" + "61636d652f61"
            + "00000000000000ee";

    private static AccountPenalties penalties() {
        return new AccountPenalties(
                0xaa,
                List.of(
                        new PenaltyEntry("p", "acmé/aa", true, 0, 0, List.of(), 2, 0xbb, 0xcc, false, 0xee),
                        new PenaltyEntry(
                                "q", "", false, 0xdd, 2, List.of(7L, -8L), 0, 0, 0, true, PenaltyEntry.NOT_BEGUN)));
    }

    @Test
    void shouldWriteAndReadGoldenBytes_whenPenalties() {
        assertThat(HexFormat.of().formatHex(PenaltyCodec.encode(penalties()))).isEqualTo(GOLDEN);
        assertThat(PenaltyCodec.penalties(HexFormat.of().parseHex(GOLDEN))).isEqualTo(penalties());
    }

    @Test
    void shouldRefuse_whenVersionUnknown() {
        byte[] future = HexFormat.of().parseHex("02" + GOLDEN.substring(2));

        assertThatThrownBy(() -> PenaltyCodec.penalties(future)).hasMessage("stored value version: 2 (expected: 1)");
    }

    @Test
    void shouldWriteAndReadGoldenBytes_whenAKeyRemembersAPenalty() {
        // Given
        PenaltyMatch match = new PenaltyMatch("p", "acme/a", true, 2, 3, PenaltyAction.CHALLENGE, 0xdd, 0xee);
        IdempotencyRecord record = new IdempotencyRecord(
                0xaa, 0xbb, new Outcome(0xcc, 7, "free", 3, Reason.PENALTY, List.of(), HoldGrant.NONE, null, match));

        // When
        byte[] stored = StateCodec.encode(record);

        // Then
        assertThat(HexFormat.of().formatHex(stored)).isEqualTo(GOLDEN_RECORD);
        assertThat(StateCodec.idempotencyRecord(stored)).isEqualTo(record);
    }

    @Test
    void shouldNameTheAccount_whenKeyIsOfPenalties() {
        assertThat(StateKeys.accountOfPenalties(StateKeys.penaltiesOf("acmé").get()))
                .isEqualTo("acmé");
        assertThat(StateKeys.accountOfPenalties(StateKeys.holdsOf("acmé").get()))
                .isNull();
        assertThat(StateKeys.accountOfPenalties(StateKeys.ANY_PENALTIES.get())).isNull();
    }
}
