package io.sluice.streams.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.engine.credit.CreditCharge;
import io.sluice.engine.state.AccountHolds;
import io.sluice.engine.state.HoldEntry;
import io.sluice.engine.state.HoldEntry.HeldBucket;
import io.sluice.engine.state.HoldEntry.HeldVoucher;
import io.sluice.engine.state.HoldKind;
import io.sluice.engine.state.HoldOutcome;
import io.sluice.engine.wide.WideVoucher;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Golden bytes of every layout version: what was written once must be readable for ever. */
final class HoldEntryCodecTest {
    private static final String GOLDEN_OPEN = "01" + "6f" + "0000000000000003" + "0000018bcfe56800" + "0000018bcfe58f10"
            + "0000000000000007" + "000761636dc3a92f62" + "0002" + "00016c" + "00046163c3a9"
            + "00016d" + "0000";

    private static final String GOLDEN_SETTLED = "01" + "73" + "0000000000000005" + "0000000000000003"
            + "0000018bcfe56800" + "0000000000000007" + "0000018bcfe58f10" + "00" + "000461636d65";

    private static final String GOLDEN_HOLDS = "01" + "00000002" + "00000001" + "0000018bcfe58f10";

    @Test
    void shouldWriteAndReadGoldenBytes_whenOpen() {
        // Given
        HoldEntry open = new HoldEntry.Open(
                "acmé/b",
                3,
                1_700_000_000_000L,
                1_700_000_010_000L,
                7,
                List.of(new HeldBucket("l", "acé"), new HeldBucket("m", "")));

        // When
        byte[] bytes = HoldEntryCodec.encode(open);

        // Then
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(GOLDEN_OPEN);
        assertThat(HoldEntryCodec.entry(HexFormat.of().parseHex(GOLDEN_OPEN))).isEqualTo(open);
    }

    @Test
    void shouldWriteAndReadGoldenBytes_whenOpenAndPaidByCredits() {
        // Given
        HeldBucket bucket =
                new HeldBucket("l", "acé", List.of(new CreditCharge(9, 2, true), new CreditCharge(12, 1, false)));
        HoldEntry open = new HoldEntry.Open(
                "acmé/b", 3, 1_700_000_000_000L, 1_700_000_010_000L, 7, List.of(bucket, new HeldBucket("m", "")));
        String golden = "03" + GOLDEN_OPEN.substring(2, 68) + "0000000000000000" + "000761636dc3a92f62" + "0002"
                + "00016c" + "00046163c3a9" + "02" + "0000000000000009" + "0000000000000002" + "01"
                + "000000000000000c" + "0000000000000001" + "00" + "00016d" + "0000" + "00";

        // When
        byte[] bytes = HoldEntryCodec.encode(open);

        // Then
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(golden);
        assertThat(HoldEntryCodec.entry(HexFormat.of().parseHex(golden))).isEqualTo(open);
    }

    @Test
    void shouldWriteAndReadGoldenBytes_whenOpenWithTokensOfWideBuckets() {
        // Given
        HoldEntry open = new HoldEntry.Open(
                "acmé/b",
                3,
                1_700_000_000_000L,
                1_700_000_010_000L,
                7,
                5,
                List.of(new HeldBucket("l", "acé")),
                List.of(new HeldVoucher("w", new WideVoucher(2, 9, 1_700_000_000_001L, 7, "é", 3))));
        String golden = "04" + GOLDEN_OPEN.substring(2, 68) + "0000000000000005" + "000761636dc3a92f62" + "0001"
                + "00016c" + "00046163c3a9" + "00" + "0001" + "000177" + "00000002" + "0000000000000009"
                + "0000018bcfe56801" + "0000000000000007" + "0002c3a9" + "0000000000000003";

        // When
        byte[] bytes = HoldEntryCodec.encode(open);

        // Then
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(golden);
        assertThat(HoldEntryCodec.entry(HexFormat.of().parseHex(golden))).isEqualTo(open);
    }

    @Test
    void shouldWriteAndReadGoldenBytes_whenSettled() {
        // Given
        HoldEntry settled = new HoldEntry.Settled(
                "acme", HoldOutcome.COMMITTED, 5, 3, 0, 1_700_000_000_000L, 7, 1_700_000_010_000L);

        // When
        byte[] bytes = HoldEntryCodec.encode(settled);

        // Then
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(GOLDEN_SETTLED);
        assertThat(HoldEntryCodec.entry(HexFormat.of().parseHex(GOLDEN_SETTLED)))
                .isEqualTo(settled);
    }

    @Test
    void shouldWriteAndReadGoldenBytes_whenSettledAndNotChargedInFull() {
        // Given
        HoldEntry settled = new HoldEntry.Settled(
                "acme", HoldOutcome.COMMITTED, 5, 9, 2, 1_700_000_000_000L, 7, 1_700_000_010_000L);
        String golden = "02" + GOLDEN_SETTLED.substring(2, 20) + "0000000000000009" + "0000000000000002"
                + GOLDEN_SETTLED.substring(36);

        // When
        byte[] bytes = HoldEntryCodec.encode(settled);

        // Then
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(golden);
        assertThat(HoldEntryCodec.entry(HexFormat.of().parseHex(golden))).isEqualTo(settled);
    }

    @Test
    void shouldWriteAndReadGoldenBytes_whenHoldsOfAccount() {
        // Given
        AccountHolds holds = new AccountHolds(2, 1, 0, 1_700_000_010_000L);

        // When
        byte[] bytes = HoldEntryCodec.encode(holds);

        // Then
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(GOLDEN_HOLDS);
        assertThat(HoldEntryCodec.holds(HexFormat.of().parseHex(GOLDEN_HOLDS))).isEqualTo(holds);
    }

    @Test
    void shouldWriteAndReadGoldenBytes_whenHoldsWithLeases() {
        // Given
        AccountHolds holds = new AccountHolds(2, 1, 3, 1_700_000_010_000L);
        String golden = "02" + GOLDEN_HOLDS.substring(2, 18) + "00000003" + GOLDEN_HOLDS.substring(18);

        // When
        byte[] bytes = HoldEntryCodec.encode(holds);

        // Then
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(golden);
        assertThat(HoldEntryCodec.holds(bytes)).isEqualTo(holds);
    }

    @Test
    void shouldRefuse_whenVersionOrStateUnknown() {
        // Given
        byte[] future = HexFormat.of().parseHex("05" + GOLDEN_OPEN.substring(2));
        byte[] strange = HexFormat.of().parseHex("0178" + GOLDEN_OPEN.substring(4));

        // When / Then
        assertThatThrownBy(() -> HoldEntryCodec.entry(future)).hasMessage("stored value version: 5 (expected: 1..4)");
        assertThatThrownBy(() -> HoldEntryCodec.entry(strange)).hasMessage("stored hold state: 120 (expected: o or s)");
    }

    @Test
    void shouldKeepTheirOrder_whenStoredByOrdinal() {
        // Given the ordinals that are in stores already
        // When / Then
        assertThat(HoldOutcome.values())
                .containsExactly(
                        HoldOutcome.COMMITTED,
                        HoldOutcome.CANCELLED,
                        HoldOutcome.RELEASED,
                        HoldOutcome.EXPIRED,
                        HoldOutcome.RETURNED);
        assertThat(HoldKind.values()).containsExactly(HoldKind.RESERVATION, HoldKind.SLOTS, HoldKind.LEASE);
    }
}
