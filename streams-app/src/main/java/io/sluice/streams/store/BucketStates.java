package io.sluice.streams.store;

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
import io.sluice.engine.bucket.TokenState.Advance;
import io.sluice.engine.bucket.WindowState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The part of a stored bucket that depends on its algorithm; the layout is drawn in {@link StateCodec}. */
final class BucketStates {
    private static final byte TOKENS = 1;
    private static final byte WINDOW = 2;
    private static final byte SLIDING_COUNTER = 3;
    private static final byte SLIDING_LOG = 4;
    private static final byte SLOTS = 5;
    private static final byte TOKENS_BOUND = 6;
    private static final byte TOKENS_OPEN = 7;
    private static final int HEAD_BYTES = 1 + Long.BYTES;
    private static final int HIT_BYTES = 2 * Long.BYTES;
    private static final int SLOT_BYTES = 3 * Long.BYTES;
    private static final int MARK_BYTES = 3 * Long.BYTES;
    private static final int OPEN_LONGS = 4;

    private BucketStates() {}

    static int bytes(BucketState state) {
        if (state instanceof SlidingLogState log) {
            return HEAD_BYTES + HIT_BYTES * log.hits().size();
        }
        if (state instanceof TokenState tokens && isBound(tokens)) {
            return HEAD_BYTES
                    + (4 + (tokens.held().open().isNone() ? 0 : OPEN_LONGS)) * Long.BYTES
                    + MARK_BYTES * tokens.held().marks().size();
        }
        return state instanceof SlotsState slots
                ? HEAD_BYTES + SLOT_BYTES * slots.slots().size()
                : HEAD_BYTES + 2 * Long.BYTES;
    }

    private static boolean isBound(TokenState tokens) {
        return tokens.hasAdvance() || !tokens.held().isEmpty();
    }

    static void write(BucketState state, ByteBuffer out) {
        if (state instanceof TokenState tokens) {
            writeTokens(tokens, out);
        } else if (state instanceof WindowState window) {
            head(WINDOW, state, out).putLong(window.startMillis()).putLong(window.usedTokens());
        } else if (state instanceof SlidingCounterState counter) {
            head(SLIDING_COUNTER, state, out).putLong(counter.currentTokens()).putLong(counter.previousTokens());
        } else if (state instanceof SlidingLogState log) {
            head(SLIDING_LOG, state, out);
            log.hits().forEach(hit -> out.putLong(hit.atMillis()).putLong(hit.tokens()));
        } else if (state instanceof SlotsState slots) {
            head(SLOTS, state, out);
            slots.slots()
                    .forEach(slot ->
                            out.putLong(slot.id()).putLong(slot.tokens()).putLong(slot.expiresAtMillis()));
        }
    }

    private static void writeTokens(TokenState tokens, ByteBuffer out) {
        OpenCharges open = tokens.held().open();
        byte bound = open.isNone() ? TOKENS_BOUND : TOKENS_OPEN;
        head(isBound(tokens) ? bound : TOKENS, tokens, out)
                .putLong(tokens.usedTokens())
                .putLong(tokens.refilledParts());
        if (isBound(tokens)) {
            out.putLong(tokens.advance().untilMillis()).putLong(tokens.advance().roomTokens());
            tokens.held()
                    .marks()
                    .forEach(mark ->
                            out.putLong(mark.slotId()).putLong(mark.lowTokens()).putLong(mark.lowParts()));
        }
        if (!open.isNone()) {
            out.putLong(open.fromSlotId())
                    .putLong(open.tokens())
                    .putLong(open.marginTokens())
                    .putLong(open.marginParts());
        }
    }

    private static ByteBuffer head(byte kind, BucketState state, ByteBuffer out) {
        return out.put(kind).putLong(state.atMillis());
    }

    static BucketState read(ByteBuffer in) {
        byte kind = in.get();
        long atMillis = in.getLong();
        return switch (kind) {
            case TOKENS -> new TokenState(atMillis, in.getLong(), in.getLong());
            case WINDOW -> new WindowState(atMillis, in.getLong(), in.getLong());
            case SLIDING_COUNTER -> new SlidingCounterState(atMillis, in.getLong(), in.getLong());
            case SLIDING_LOG -> new SlidingLogState(atMillis, hits(in));
            case SLOTS -> new SlotsState(atMillis, slots(in));
            case TOKENS_BOUND ->
                new TokenState(
                        atMillis,
                        in.getLong(),
                        in.getLong(),
                        new Advance(in.getLong(), in.getLong()),
                        new HeldMarks(marks(in)));
            case TOKENS_OPEN ->
                new TokenState(
                        atMillis,
                        in.getLong(),
                        in.getLong(),
                        new Advance(in.getLong(), in.getLong()),
                        new HeldMarks(new OpenCharges(in.getLong(), in.getLong(), in.getLong(), in.getLong())));
            default -> throw new IllegalStateException("stored bucket kind: " + kind + " (expected: 1..7)");
        };
    }

    private static List<Hit> hits(ByteBuffer in) {
        List<Hit> hits = new ArrayList<>(in.remaining() / HIT_BYTES);
        while (in.hasRemaining()) {
            hits.add(new Hit(in.getLong(), in.getLong()));
        }
        return hits;
    }

    private static List<Mark> marks(ByteBuffer in) {
        List<Mark> marks = new ArrayList<>(in.remaining() / MARK_BYTES);
        while (in.hasRemaining()) {
            marks.add(new Mark(in.getLong(), in.getLong(), in.getLong()));
        }
        return marks;
    }

    private static List<Slot> slots(ByteBuffer in) {
        List<Slot> slots = new ArrayList<>(in.remaining() / SLOT_BYTES);
        while (in.hasRemaining()) {
            slots.add(new Slot(in.getLong(), in.getLong(), in.getLong()));
        }
        return slots;
    }
}
