package io.sluice.engine.ruleset;

import io.sluice.engine.bucket.Bounds;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The share of accounts for which a limit is enforced; for the others it is in shadow.
 *
 * <p>An account keeps its position: raising the share only adds accounts, and lowering it removes the ones that were
 * added last. Limits place accounts independently, so that the same ones are not always first.
 *
 * @param perMille 0 for shadow mode, 1000 to enforce for everybody
 */
public record Rollout(int perMille) {
    static final int EVERYBODY = 1_000;

    private static final Pattern SHARE = Pattern.compile("(\\d{1,3})(?:\\.(\\d))?%");

    public static final Rollout ENFORCE = new Rollout(EVERYBODY);
    public static final Rollout SHADOW = new Rollout(0);

    public Rollout {
        Bounds.within("rollout", perMille, 0, EVERYBODY);
    }

    /**
     * Parses a percentage with at most one decimal, such as {@code 12.5%}.
     *
     * @throws IllegalArgumentException for anything else
     */
    static Rollout of(String text) {
        Matcher share = SHARE.matcher(text);
        if (!share.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" (expected: 0% to 100%, such as 12.5%)");
        }
        int tenths = share.group(2) == null ? 0 : Integer.parseInt(share.group(2));
        int perMille = Integer.parseInt(share.group(1)) * 10 + tenths;
        if (perMille > EVERYBODY) {
            throw new IllegalArgumentException("\"" + text + "\" (expected: 0% to 100%, such as 12.5%)");
        }
        return new Rollout(perMille);
    }

    /** The share of that name in a document; null if it is none, which is then noted. */
    static @Nullable Rollout read(DocumentSection section, String name) {
        if (section.raw(name) instanceof Number number) {
            section.problem(name, number + " (expected: a share such as " + number + "%)");
            return null;
        }
        return section.parsed(name, it -> of(it.text(name, "100%")));
    }

    /** Whether the limit of this name is enforced for the account. */
    boolean enforces(String limitId, String account) {
        return perMille == EVERYBODY || placeOf(limitId, account) < perMille;
    }

    /** For whom the limit is enforced, and whether the account is among them, in words. */
    String words(String limitId, String account) {
        if (perMille == EVERYBODY) {
            return "enforced for every account";
        }
        if (perMille == 0) {
            return "in shadow";
        }
        return (enforces(limitId, account) ? "enforced" : "in shadow") + ": rolled out to the first "
                + percent(perMille) + " of the accounts, this one is at " + percent(placeOf(limitId, account));
    }

    private static String percent(int ofThousand) {
        return ofThousand / 10 + "." + ofThousand % 10 + "%";
    }

    /** A number in 0..999 that is fixed by the two names: FNV-1a over UTF-16 units, then mixed as MurmurHash3 ends. */
    static int placeOf(String limitId, String account) {
        long hash = fnv(fnv(fnv(0xcbf29ce484222325L, limitId), "/"), account);
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return (int) Long.remainderUnsigned(hash ^ (hash >>> 33), EVERYBODY);
    }

    private static long fnv(long seed, String text) {
        long hash = seed;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }
}
