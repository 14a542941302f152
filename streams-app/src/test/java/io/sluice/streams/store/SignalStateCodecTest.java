package io.sluice.streams.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.engine.signal.HealthSignal;
import io.sluice.engine.signal.HealthSignals;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The stored bytes of health signals. */
final class SignalStateCodecTest {
    private static final String GOLDEN = "01" + "0002"
            + "0002" + "6462" + "02" + "00000000000000aa" + "00000000000000bb" + "00000000000000cc"
            + "0001" + "63" + "01" + "00000000000000dd" + "00000000000000ee" + "00000000000000ff";

    private static final HealthSignals SIGNALS = new HealthSignals(List.of(
            new HealthSignal("db", false, 0xaa, 0xbb, 0xcc, true),
            new HealthSignal("c", true, 0xdd, 0xee, 0xff, false)));

    @Test
    void shouldWriteAndReadGoldenBytes_whenSignals() {
        assertThat(HexFormat.of().formatHex(SignalStateCodec.encode(SIGNALS))).isEqualTo(GOLDEN);
        assertThat(SignalStateCodec.signals(HexFormat.of().parseHex(GOLDEN))).isEqualTo(SIGNALS);
    }

    @Test
    void shouldRefuse_whenVersionUnknown() {
        byte[] future = HexFormat.of().parseHex("02" + GOLDEN.substring(2));

        assertThatThrownBy(() -> SignalStateCodec.signals(future)).hasMessage("stored value version: 2 (expected: 1)");
    }
}
