package io.sluice.streams.store;

import io.sluice.engine.signal.HealthSignal;
import io.sluice.engine.signal.HealthSignals;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/*
 * Value layout, big-endian, as in StateCodec.
 *
 *   signals   01 count(2), then for each signal:
 *                name(text) flags(1) since(8) until(8) reportedAt(8)
 *             flags: 1 good, 2 latched;  text = length(2) and UTF-8 bytes
 */

/** The health signals of a partition in the state store. */
final class SignalStateCodec {
    private static final byte VERSION = 1;
    private static final int GOOD = 1;
    private static final int LATCHED = 2;
    private static final int SIGNAL_FIXED_BYTES = Short.BYTES + 1 + 3 * Long.BYTES;

    private SignalStateCodec() {}

    static byte[] encode(HealthSignals signals) {
        int bytes = 1 + Short.BYTES;
        for (HealthSignal signal : signals.signals()) {
            bytes += SIGNAL_FIXED_BYTES + utf8(signal.name()).length;
        }
        ByteBuffer out = ByteBuffer.allocate(bytes).put(VERSION).putShort((short)
                signals.signals().size());
        for (HealthSignal signal : signals.signals()) {
            StateCodec.putText(out, utf8(signal.name()));
            out.put((byte) ((signal.good() ? GOOD : 0) | (signal.latched() ? LATCHED : 0)));
            out.putLong(signal.sinceMillis()).putLong(signal.untilMillis()).putLong(signal.reportedAtMillis());
        }
        return out.array();
    }

    static HealthSignals signals(byte[] value) {
        ByteBuffer in = StateCodec.opened(value, VERSION);
        List<HealthSignal> signals = new ArrayList<>();
        for (int left = Short.toUnsignedInt(in.getShort()); left > 0; left--) {
            String name = StateCodec.text(in);
            byte flags = in.get();
            signals.add(new HealthSignal(
                    name, (flags & GOOD) != 0, in.getLong(), in.getLong(), in.getLong(), (flags & LATCHED) != 0));
        }
        return new HealthSignals(signals);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
