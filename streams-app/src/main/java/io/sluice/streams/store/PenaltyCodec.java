package io.sluice.streams.store;

import io.sluice.engine.penalty.AccountPenalties;
import io.sluice.engine.penalty.PenaltyEntry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/*
 * Value layout, big-endian, as in StateCodec.
 *
 *   penalties   01 countedUntil(8) count(2), then for each entry:
 *                  ruleId(text) clientId(text) flags(1) windowEnd(8) counted(8) strikes(1) until(8) decay(8)
 *                  begunAt(8)
 *                  names(2) then for each name: hash(8)
 *               flags: 1 enforced, 2 its end is in the audit trail;  text = length(2) and UTF-8 bytes
 */

/** The values of penalties in the state store. */
final class PenaltyCodec {
    private static final byte VERSION = 1;
    private static final int ENFORCED = 1;
    private static final int NOTICED = 2;
    private static final int HEAD_BYTES = 1 + Long.BYTES + Short.BYTES;
    private static final int ENTRY_FIXED_BYTES = 2 + 5 * Long.BYTES + 3 * Short.BYTES;

    private PenaltyCodec() {}

    static byte[] encode(AccountPenalties penalties) {
        int bytes = HEAD_BYTES;
        for (PenaltyEntry entry : penalties.entries()) {
            bytes += ENTRY_FIXED_BYTES
                    + utf8(entry.ruleId()).length
                    + utf8(entry.clientId()).length
                    + Long.BYTES * entry.names().size();
        }
        ByteBuffer out = ByteBuffer.allocate(bytes).put(VERSION).putLong(penalties.countedUntilMillis());
        out.putShort((short) penalties.entries().size());
        for (PenaltyEntry entry : penalties.entries()) {
            StateCodec.putText(out, utf8(entry.ruleId()));
            StateCodec.putText(out, utf8(entry.clientId()));
            out.put((byte) ((entry.enforced() ? ENFORCED : 0) | (entry.noticed() ? NOTICED : 0)));
            out.putLong(entry.windowEndMillis()).putLong(entry.counted()).put((byte) entry.strikes());
            out.putLong(entry.untilMillis()).putLong(entry.decayMillis()).putLong(entry.begunAtOffset());
            out.putShort((short) entry.names().size());
            entry.names().forEach(out::putLong);
        }
        return out.array();
    }

    static AccountPenalties penalties(byte[] value) {
        ByteBuffer in = StateCodec.opened(value, VERSION);
        long countedUntilMillis = in.getLong();
        List<PenaltyEntry> entries = new ArrayList<>();
        for (int left = Short.toUnsignedInt(in.getShort()); left > 0; left--) {
            entries.add(entry(in));
        }
        return new AccountPenalties(countedUntilMillis, entries);
    }

    private static PenaltyEntry entry(ByteBuffer in) {
        String ruleId = StateCodec.text(in);
        String clientId = StateCodec.text(in);
        byte flags = in.get();
        long windowEndMillis = in.getLong();
        long counted = in.getLong();
        int strikes = in.get();
        long untilMillis = in.getLong();
        long decayMillis = in.getLong();
        long begunAtOffset = in.getLong();
        List<Long> names = new ArrayList<>();
        for (int left = Short.toUnsignedInt(in.getShort()); left > 0; left--) {
            names.add(in.getLong());
        }
        return new PenaltyEntry(
                ruleId,
                clientId,
                (flags & ENFORCED) != 0,
                windowEndMillis,
                counted,
                names,
                strikes,
                untilMillis,
                decayMillis,
                (flags & NOTICED) != 0,
                begunAtOffset);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
