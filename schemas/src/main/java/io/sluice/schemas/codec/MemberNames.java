package io.sluice.schemas.codec;

import io.sluice.schemas.WireException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names that the members of one object may have. A request with any other member is refused; otherwise nobody
 * would notice a misspelled one.
 *
 * <pre>
 *   {"clientId":"acme","Cost":500}   Cost: unknown member (expected: cost)
 *   {"clientId":"acme","path":"/"}   path: unknown member (expected: route.path)
 *   {"clientId":"acme","x":1}        x: unknown member (expected: only clientId, cost, ...)
 * </pre>
 */
public final class MemberNames {
    private static final int SHOWN_CHARS_MAX = 64;
    /** Two names with more edits between them than this do not resemble each other. */
    private static final int EDITS_MAX = 2;
    /** At most one of this many characters may be wrong. */
    private static final int CHARS_PER_EDIT = 3;

    private final String place;
    private final List<String> names;
    private final List<String> nestedNames;
    private final Map<String, Integer> indexes = new HashMap<>();

    private MemberNames(String place, List<String> names, List<String> nestedNames) {
        if (names.size() > Long.SIZE) {
            throw new IllegalArgumentException(names.size() + " names (expected: at most " + Long.SIZE + ")");
        }
        this.place = place;
        this.names = List.copyOf(names);
        this.nestedNames = List.copyOf(nestedNames);
        for (String name : names) {
            indexes.put(name, indexes.size());
        }
    }

    /** The names in the object at a path such as {@code route.}; empty for the outermost. */
    static MemberNames in(String place, String... names) {
        return new MemberNames(place, List.of(names), List.of());
    }

    /** The names in the outermost object. */
    public static MemberNames of(List<String> names) {
        return new MemberNames("", names, List.of());
    }

    /**
     * The same names, with paths into inner objects; they are suggested to a caller that writes such a member at the
     * top.
     */
    MemberNames withNested(List<String> paths) {
        return new MemberNames(place, names, paths);
    }

    /**
     * Checks the names of an object that has been read.
     *
     * @throws WireException naming the first that is unknown
     */
    public void check(Iterable<?> given) throws WireException {
        for (Object name : given) {
            indexOf(String.valueOf(name));
        }
    }

    /** The index of a name. */
    int indexOf(String name) throws WireException {
        Integer index = indexes.get(name);
        if (index == null) {
            throw unknown(name);
        }
        return index;
    }

    WireException unknown(String name) {
        String nearest = nearest(name);
        String expected = nearest == null ? "only " + String.join(", ", names) : nearest;
        return new WireException(place + shown(name), "unknown member (expected: " + expected + ")");
    }

    WireException twice(String name) {
        return new WireException(place + shown(name), "given twice (expected: once)");
    }

    private @Nullable String nearest(String name) {
        String plain = plain(name);
        String nearest = null;
        int nearestEdits = EDITS_MAX + 1;
        for (String candidate : names) {
            String other = plain(candidate);
            int editsMax = Math.min(EDITS_MAX, Math.min(plain.length(), other.length()) / CHARS_PER_EDIT);
            if (Math.abs(plain.length() - other.length()) > editsMax) {
                continue;
            }
            int edits = edits(plain, other);
            if (edits <= editsMax && edits < nearestEdits) {
                nearest = place + candidate;
                nearestEdits = edits;
            }
        }
        String nested = nearestEdits == 0 ? null : nested(plain);
        return nested == null ? nearest : nested;
    }

    private @Nullable String nested(String plain) {
        for (String path : nestedNames) {
            if (plain(path.substring(path.indexOf('.') + 1)).equals(plain)) {
                return path;
            }
        }
        return null;
    }

    /**
     * The name without the usual variations: {@code idempotency_key} and {@code IdempotencyKey} are
     * {@code idempotencyKey}.
     */
    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }

    /** How many characters must be replaced, left out, put in or swapped with their neighbour. */
    private static int edits(String from, String to) {
        int[][] edits = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                edits[i][j] = i == 0 ? j : j == 0 ? i : cheapest(edits, from, to, i, j);
            }
        }
        return edits[from.length()][to.length()];
    }

    private static int cheapest(int[][] edits, String from, String to, int i, int j) {
        boolean isSame = from.charAt(i - 1) == to.charAt(j - 1);
        int cheapest = Math.min(edits[i - 1][j - 1] + (isSame ? 0 : 1), Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
        boolean isSwapped =
                i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2) && from.charAt(i - 2) == to.charAt(j - 1);
        return isSwapped ? Math.min(cheapest, edits[i - 2][j - 2] + 1) : cheapest;
    }

    /** The name in a form that is safe in a message and in a header: it comes from the caller, and may be anything. */
    static String shown(String name) {
        String cut = name.length() > SHOWN_CHARS_MAX ? name.substring(0, SHOWN_CHARS_MAX) + "..." : name;
        StringBuilder shown = new StringBuilder(cut.length());
        cut.chars()
                .forEach(c ->
                        shown.append(Character.isISOControl(c) || Character.isSurrogate((char) c) ? '?' : (char) c));
        return shown.toString();
    }
}
