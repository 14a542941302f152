package io.sluice.engine.controlplane;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The differences between two ruleset documents, by meaning, not by line.
 *
 * <p>Elements of a list that have an {@code id}, such as limits, are compared with the element of the same {@code
 * id}, at any position; members of an object, such as accounts, by name. So a limit that moved is one change of
 * order, not two of content.
 */
public final class RulesetDiff {
    private final List<Change> changes = new ArrayList<>();

    private RulesetDiff() {}

    /** The kind of a change at one path of the document. */
    public enum Kind {
        ADDED,
        REMOVED,
        CHANGED
    }

    /**
     * One difference.
     *
     * @param path its path, such as {@code limits[per-client].rate.tokens} or {@code accounts.acme.tier}
     * @param before the value there, a tree of JDK types; null if there was none
     * @param after the value there now; null if there is none
     */
    public record Change(
            Kind kind,
            String path,
            @Nullable Object before,
            @Nullable Object after) {}

    /** The differences, in the order of the documents; none if they mean the same. */
    public static List<Change> between(@Nullable Object before, @Nullable Object after) {
        RulesetDiff diff = new RulesetDiff();
        diff.compare("", before, after);
        return List.copyOf(diff.changes);
    }

    private void compare(String path, @Nullable Object before, @Nullable Object after) {
        if (isSame(before, after)) {
            return;
        }
        if (before == null) {
            changes.add(new Change(Kind.ADDED, path, null, after));
        } else if (after == null) {
            changes.add(new Change(Kind.REMOVED, path, before, null));
        } else if (before instanceof Map<?, ?> a && after instanceof Map<?, ?> b) {
            members(a, b).forEach(name -> compare(path.isEmpty() ? name : path + "." + name, a.get(name), b.get(name)));
        } else {
            Map<String, Object> a = byId(before);
            Map<String, Object> b = byId(after);
            if (a == null || b == null) {
                changes.add(new Change(Kind.CHANGED, path, before, after));
            } else {
                members(a, b).forEach(id -> compare(path + "[" + id + "]", a.get(id), b.get(id)));
                compareOrder(path, a.keySet(), b.keySet());
            }
        }
    }

    private static boolean isSame(@Nullable Object before, @Nullable Object after) {
        if (before instanceof Number a && after instanceof Number b) {
            // YAML and JSON readers may differ in the type of a number, never in its text.
            return a.toString().equals(b.toString());
        }
        return before == null ? after == null : before.equals(after);
    }

    private static Set<String> members(Map<?, ?> before, Map<?, ?> after) {
        Set<String> names = new LinkedHashSet<>();
        before.keySet().forEach(name -> names.add(String.valueOf(name)));
        after.keySet().forEach(name -> names.add(String.valueOf(name)));
        return names;
    }

    /** The elements of a list by their ids; null if it is no list, or one of them has none, or one that is taken. */
    private static @Nullable Map<String, Object> byId(Object value) {
        if (!(value instanceof List<?> elements)) {
            return null;
        }
        Map<String, Object> byId = new LinkedHashMap<>();
        for (Object element : elements) {
            boolean isNamed = element instanceof Map<?, ?> section
                    && section.get("id") instanceof String id
                    && byId.put(id, section) == null;
            if (!isNamed) {
                return null;
            }
        }
        return byId;
    }

    /** The order breaks ties between limits that refuse equally long, so it is reported, for limits that both have. */
    private void compareOrder(String path, Set<String> before, Set<String> after) {
        List<String> a = before.stream().filter(after::contains).toList();
        List<String> b = after.stream().filter(before::contains).toList();
        if (!a.equals(b)) {
            changes.add(new Change(Kind.CHANGED, path, a, b));
        }
    }
}
