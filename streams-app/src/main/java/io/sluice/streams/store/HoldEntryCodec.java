package io.sluice.streams.store;

import io.sluice.engine.credit.CreditCharge;
import io.sluice.engine.state.AccountHolds;
import io.sluice.engine.state.HoldEntry;
import io.sluice.engine.state.HoldEntry.HeldBucket;
import io.sluice.engine.state.HoldEntry.HeldVoucher;
import io.sluice.engine.state.HoldOutcome;
import io.sluice.engine.wide.WideVoucher;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/*
 * Value layout, big-endian, as in StateCodec.
 *
 *   holds     01 reservations(4) slots(4) earliestExpiryMillis(8)
 *             02 as 01, with leases(4) behind slots; 01 is written where it is 0
 *   hold      01 'o' cost(8) atMillis(8) expiresAtMillis(8) revision(8) clientId(text) count(2)
 *                then for each bucket: limitId(text) scope(text)                                       open
 *             02 as 01, with termsVersion(8) behind revision; 01 is written where it is 0
 *             03 as 02, with credits(1) behind each scope, then for each: version(8) tokens(8) first(1); written where
 *             a credit paid
 *             04 as 03, with vouchers count(2) at the end, then for each: limitId(text) owner(4) offset(8) atMillis(8)
 *             revision(8) scope(text) tokens(8); written where a lease has tokens of wide buckets
 *             01 's' reserved(8) cost(8) settledAtMillis(8) revision(8) expiresAtMillis(8) outcome(1)
 *                clientId(text)                                                                        settled
 *             02 's' as 01, with uncharged(8) behind cost; 01 is written where it is 0
 *             text = length(2) and UTF-8 bytes
 *   due       01
 */

/** The values of holds in the state store. */
final class HoldEntryCodec {
    private static final byte VERSION = 1;
    private static final byte WITH_TERMS = 2;
    private static final byte WITH_CREDITS = 3;
    private static final byte WITH_VOUCHERS = 4;
    private static final int VOUCHER_BYTES = Integer.BYTES + 4 * Long.BYTES;
    private static final int CREDIT_BYTES = 2 * Long.BYTES + 1;
    private static final byte WITH_LEASES = 2;
    private static final byte IN_PART = 2;
    private static final byte OPEN = 'o';
    private static final byte SETTLED = 's';
    private static final HoldOutcome[] OUTCOMES = HoldOutcome.values();

    private HoldEntryCodec() {}

    static byte[] encode(AccountHolds holds) {
        boolean hasLeases = holds.leases() > 0;
        ByteBuffer out = ByteBuffer.allocate(1 + (hasLeases ? 3 : 2) * Integer.BYTES + Long.BYTES)
                .put(hasLeases ? WITH_LEASES : VERSION)
                .putInt(holds.reservations())
                .putInt(holds.slots());
        if (hasLeases) {
            out.putInt(holds.leases());
        }
        return out.putLong(holds.earliestExpiryMillis()).array();
    }

    static AccountHolds holds(byte[] value) {
        ByteBuffer in = StateCodec.opened(value, WITH_LEASES);
        int reservations = in.getInt();
        int slots = in.getInt();
        return new AccountHolds(reservations, slots, value[0] == WITH_LEASES ? in.getInt() : 0, in.getLong());
    }

    static byte[] encode(HoldEntry entry) {
        return entry instanceof HoldEntry.Open open ? encoded(open) : encoded((HoldEntry.Settled) entry);
    }

    private static byte[] encoded(HoldEntry.Open hold) {
        List<byte[]> texts = new ArrayList<>(1 + 2 * hold.buckets().size());
        texts.add(utf8(hold.clientId()));
        for (HeldBucket bucket : hold.buckets()) {
            texts.add(utf8(bucket.limitId()));
            texts.add(utf8(bucket.scope()));
        }
        int textBytes =
                texts.stream().mapToInt(text -> Short.BYTES + text.length).sum();
        int credits = hold.buckets().stream()
                .mapToInt(bucket -> bucket.credits().size())
                .sum();
        List<HeldVoucher> vouchers = hold.vouchers();
        boolean hasVouchers = !vouchers.isEmpty();
        boolean hasCredits = hasVouchers || credits > 0;
        boolean hasSettings = hasCredits || hold.settingsVersion() > 0;
        int creditBytes = hasCredits ? hold.buckets().size() + CREDIT_BYTES * credits : 0;
        int voucherBytes = hasVouchers ? Short.BYTES : 0;
        for (HeldVoucher held : vouchers) {
            voucherBytes += VOUCHER_BYTES
                    + 2 * Short.BYTES
                    + utf8(held.limitId()).length
                    + utf8(held.voucher().scope()).length;
        }
        ByteBuffer out = ByteBuffer.allocate(
                2 + (hasSettings ? 5 : 4) * Long.BYTES + Short.BYTES + textBytes + creditBytes + voucherBytes);
        byte plain = hasSettings ? WITH_TERMS : VERSION;
        out.put(hasVouchers ? WITH_VOUCHERS : hasCredits ? WITH_CREDITS : plain)
                .put(OPEN)
                .putLong(hold.cost())
                .putLong(hold.atMillis());
        out.putLong(hold.expiresAtMillis()).putLong(hold.revision());
        if (hasSettings) {
            out.putLong(hold.settingsVersion());
        }
        StateCodec.putText(out, texts.get(0));
        out.putShort((short) hold.buckets().size());
        for (int i = 0; i < hold.buckets().size(); i++) {
            StateCodec.putText(out, texts.get(1 + 2 * i));
            StateCodec.putText(out, texts.get(2 + 2 * i));
            if (hasCredits) {
                putCredits(out, hold.buckets().get(i).credits());
            }
        }
        if (hasVouchers) {
            putVouchers(out, vouchers);
        }
        return out.array();
    }

    private static void putVouchers(ByteBuffer out, List<HeldVoucher> vouchers) {
        out.putShort((short) vouchers.size());
        for (HeldVoucher held : vouchers) {
            WideVoucher voucher = held.voucher();
            StateCodec.putText(out, utf8(held.limitId()));
            out.putInt(voucher.owner()).putLong(voucher.offset()).putLong(voucher.atMillis());
            out.putLong(voucher.revision());
            StateCodec.putText(out, utf8(voucher.scope()));
            out.putLong(voucher.tokens());
        }
    }

    private static List<HeldVoucher> vouchers(ByteBuffer in) {
        List<HeldVoucher> vouchers = new ArrayList<>();
        for (int left = Short.toUnsignedInt(in.getShort()); left > 0; left--) {
            String limitId = StateCodec.text(in);
            int owner = in.getInt();
            long offset = in.getLong();
            long atMillis = in.getLong();
            long revision = in.getLong();
            String scope = StateCodec.text(in);
            vouchers.add(
                    new HeldVoucher(limitId, new WideVoucher(owner, offset, atMillis, revision, scope, in.getLong())));
        }
        return vouchers;
    }

    private static void putCredits(ByteBuffer out, List<CreditCharge> credits) {
        out.put((byte) credits.size());
        for (CreditCharge credit : credits) {
            out.putLong(credit.version()).putLong(credit.tokens()).put((byte) (credit.first() ? 1 : 0));
        }
    }

    private static List<CreditCharge> credits(ByteBuffer in) {
        List<CreditCharge> credits = new ArrayList<>();
        for (int left = in.get(); left > 0; left--) {
            credits.add(new CreditCharge(in.getLong(), in.getLong(), in.get() == 1));
        }
        return credits;
    }

    private static byte[] encoded(HoldEntry.Settled settled) {
        byte[] clientId = utf8(settled.clientId());
        boolean inPart = settled.uncharged() > 0;
        ByteBuffer out = ByteBuffer.allocate(3 + (inPart ? 6 : 5) * Long.BYTES + Short.BYTES + clientId.length);
        out.put(inPart ? IN_PART : VERSION)
                .put(SETTLED)
                .putLong(settled.reserved())
                .putLong(settled.cost());
        if (inPart) {
            out.putLong(settled.uncharged());
        }
        out.putLong(settled.settledAtMillis()).putLong(settled.revision()).putLong(settled.expiresAtMillis());
        out.put((byte) settled.outcome().ordinal());
        StateCodec.putText(out, clientId);
        return out.array();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static HoldEntry entry(byte[] value) {
        ByteBuffer in = StateCodec.opened(value, WITH_VOUCHERS);
        byte state = in.get();
        return switch (state) {
            case OPEN -> open(in, value[0]);
            case SETTLED -> settled(in, value[0] == IN_PART);
            default -> throw new IllegalStateException("stored hold state: " + state + " (expected: o or s)");
        };
    }

    private static HoldEntry.Open open(ByteBuffer in, byte version) {
        boolean hasSettings = version >= WITH_TERMS;
        boolean hasCredits = version >= WITH_CREDITS;
        long cost = in.getLong();
        long atMillis = in.getLong();
        long expiresAtMillis = in.getLong();
        long revision = in.getLong();
        long settingsVersion = hasSettings ? in.getLong() : 0;
        String clientId = StateCodec.text(in);
        int count = Short.toUnsignedInt(in.getShort());
        List<HeldBucket> buckets = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            buckets.add(new HeldBucket(StateCodec.text(in), StateCodec.text(in), hasCredits ? credits(in) : List.of()));
        }
        List<HeldVoucher> vouchers = version >= WITH_VOUCHERS ? vouchers(in) : List.of();
        return new HoldEntry.Open(
                clientId, cost, atMillis, expiresAtMillis, revision, settingsVersion, buckets, vouchers);
    }

    private static HoldEntry.Settled settled(ByteBuffer in, boolean inPart) {
        long reserved = in.getLong();
        long cost = in.getLong();
        long uncharged = inPart ? in.getLong() : 0;
        long settledAtMillis = in.getLong();
        long revision = in.getLong();
        long expiresAtMillis = in.getLong();
        HoldOutcome outcome = OUTCOMES[in.get()];
        return new HoldEntry.Settled(
                StateCodec.text(in), outcome, reserved, cost, uncharged, settledAtMillis, revision, expiresAtMillis);
    }
}
