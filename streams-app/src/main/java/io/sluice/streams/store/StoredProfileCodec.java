package io.sluice.streams.store;

import io.sluice.engine.controlplane.Author;
import io.sluice.engine.credit.Credit;
import io.sluice.engine.profile.AccountProfile;
import io.sluice.engine.profile.AccountProfile.LastChange;
import io.sluice.engine.profile.ProfileListing;
import io.sluice.engine.profile.SettingsChange;
import io.sluice.engine.profile.SettingsChange.At;
import io.sluice.engine.profile.SettingsChange.BucketsReset;
import io.sluice.engine.profile.SettingsChange.OverrideChanged;
import io.sluice.engine.profile.SettingsChange.TierChanged;
import io.sluice.engine.ruleset.AccessLists.Access;
import io.sluice.engine.ruleset.AccountSettings;
import io.sluice.engine.ruleset.LimitOverride;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/*
 * Value layout, big-endian, as in StateCodec.
 *
 *   profile   01 version(8) tier(text?)
 *             count(2) then for each override: limitId(text) fields(text)
 *             listed(1) 0 not; 1 allow, 2 deny, then untilMillis(8) message(text)
 *             horizon(at) forgottenVersion(8)
 *             count(2) then for each change: kind(1) at, then by kind
 *                 1 tier       before(text?)
 *                 2 override   limitId(text) before(text?)
 *                 3 reset      limitId(text?) scope(text?)
 *             changed(1) 0 never; 1 then commandId(text) atMillis(8) principal(text) reason(text)
 *             02 as 01, then count(1) and for each credit: id(text) version(8) limitId(text)
 *                count(1) and for each value of the scope: text;  scopeValue(text) tokens(8) first(1) from(8) until(8);
 *                01 is written for none
 *             at = version(8) atMillis(8) revision(8);  text = length(2) and UTF-8 bytes;  text? = 0, or 1 and text
 */

/** The values of profiles in the state store. */
final class StoredProfileCodec {
    private static final byte VERSION = 1;
    private static final byte WITH_CREDITS = 2;
    private static final byte TIER = 1;
    private static final byte OVERRIDE = 2;
    private static final byte RESET = 3;

    private StoredProfileCodec() {}

    static byte[] encode(AccountProfile profile) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(profile.credits().isEmpty() ? VERSION : WITH_CREDITS);
            out.writeLong(profile.version());
            writeOptional(out, profile.settings().tier());
            Map<String, LimitOverride> overrides = profile.settings().overrides();
            out.writeShort(overrides.size());
            for (Map.Entry<String, LimitOverride> override : overrides.entrySet()) {
                write(out, override.getKey());
                write(out, override.getValue().source());
            }
            writeListing(out, profile.listing());
            write(out, profile.horizon());
            out.writeLong(profile.forgottenVersion());
            out.writeShort(profile.history().size());
            for (SettingsChange change : profile.history()) {
                write(out, change);
            }
            writeLast(out, profile.last());
            if (!profile.credits().isEmpty()) {
                writeCredits(out, profile.credits());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    private static void writeListing(DataOutputStream out, @Nullable ProfileListing listing) throws IOException {
        out.writeByte(listing == null ? 0 : listing.access() == Access.ALLOW ? 1 : 2);
        if (listing != null) {
            out.writeLong(listing.untilMillis());
            write(out, listing.message());
        }
    }

    private static void write(DataOutputStream out, At at) throws IOException {
        out.writeLong(at.version());
        out.writeLong(at.atMillis());
        out.writeLong(at.revision());
    }

    private static void write(DataOutputStream out, SettingsChange change) throws IOException {
        if (change instanceof TierChanged tier) {
            out.writeByte(TIER);
            write(out, change.at());
            writeOptional(out, tier.before());
        } else if (change instanceof OverrideChanged override) {
            out.writeByte(OVERRIDE);
            write(out, change.at());
            write(out, override.limitId());
            LimitOverride before = override.before();
            writeOptional(out, before == null ? null : before.source());
        } else if (change instanceof BucketsReset reset) {
            out.writeByte(RESET);
            write(out, change.at());
            writeOptional(out, reset.limitId());
            writeOptional(out, reset.scope());
        }
    }

    private static void writeLast(DataOutputStream out, @Nullable LastChange last) throws IOException {
        out.writeByte(last == null ? 0 : 1);
        if (last != null) {
            write(out, last.commandId());
            out.writeLong(last.atMillis());
            write(out, last.by().principal());
            write(out, last.by().reason());
        }
    }

    private static void writeCredits(DataOutputStream out, List<Credit> credits) throws IOException {
        out.writeByte(credits.size());
        for (Credit credit : credits) {
            write(out, credit.id());
            out.writeLong(credit.version());
            write(out, credit.limitId());
            out.writeByte(credit.scope().size());
            for (String value : credit.scope()) {
                write(out, value);
            }
            write(out, credit.scopeValue());
            out.writeLong(credit.tokens());
            out.writeByte(credit.first() ? 1 : 0);
            out.writeLong(credit.fromMillis());
            out.writeLong(credit.untilMillis());
        }
    }

    private static List<Credit> credits(ByteBuffer in) {
        List<Credit> credits = new ArrayList<>();
        for (int left = in.get(); left > 0; left--) {
            String id = StateCodec.text(in);
            long version = in.getLong();
            String limitId = StateCodec.text(in);
            List<String> scope = new ArrayList<>();
            for (int values = in.get(); values > 0; values--) {
                scope.add(StateCodec.text(in));
            }
            credits.add(new Credit(
                    id,
                    version,
                    limitId,
                    scope,
                    StateCodec.text(in),
                    in.getLong(),
                    in.get() == 1,
                    in.getLong(),
                    in.getLong()));
        }
        return credits;
    }

    private static void writeOptional(DataOutputStream out, @Nullable String text) throws IOException {
        out.writeByte(text == null ? 0 : 1);
        if (text != null) {
            write(out, text);
        }
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeShort(utf8.length);
        out.write(utf8);
    }

    static AccountProfile profile(byte[] value) {
        ByteBuffer in = StateCodec.opened(value, WITH_CREDITS);
        long version = in.getLong();
        String tier = optional(in);
        Map<String, LimitOverride> overrides = new TreeMap<>();
        for (int left = in.getShort(); left > 0; left--) {
            overrides.put(StateCodec.text(in), Overrides.known(StateCodec.text(in)));
        }
        ProfileListing listing = listing(in);
        At horizon = at(in);
        long forgottenVersion = in.getLong();
        List<SettingsChange> history = new ArrayList<>();
        for (int left = in.getShort(); left > 0; left--) {
            history.add(change(in));
        }
        return new AccountProfile(
                version,
                new AccountSettings(tier, overrides),
                listing,
                history,
                horizon,
                forgottenVersion,
                last(in),
                value[0] == WITH_CREDITS ? credits(in) : List.of());
    }

    private static @Nullable ProfileListing listing(ByteBuffer in) {
        byte listed = in.get();
        return listed == 0
                ? null
                : new ProfileListing(listed == 1 ? Access.ALLOW : Access.DENY, in.getLong(), StateCodec.text(in));
    }

    private static At at(ByteBuffer in) {
        return new At(in.getLong(), in.getLong(), in.getLong());
    }

    private static SettingsChange change(ByteBuffer in) {
        byte kind = in.get();
        At at = at(in);
        return switch (kind) {
            case TIER -> new TierChanged(at, optional(in));
            case OVERRIDE -> {
                String limitId = StateCodec.text(in);
                String before = optional(in);
                yield new OverrideChanged(at, limitId, before == null ? null : Overrides.known(before));
            }
            case RESET -> new BucketsReset(at, optional(in), optional(in));
            default -> throw new IllegalStateException("stored change of a profile: " + kind + " (expected: 1..3)");
        };
    }

    private static @Nullable LastChange last(ByteBuffer in) {
        return in.get() == 0
                ? null
                : new LastChange(
                        StateCodec.text(in), in.getLong(), new Author(StateCodec.text(in), StateCodec.text(in)));
    }

    private static @Nullable String optional(ByteBuffer in) {
        return in.get() == 0 ? null : StateCodec.text(in);
    }
}
