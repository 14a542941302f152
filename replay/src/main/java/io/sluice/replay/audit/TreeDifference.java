package io.sluice.replay.audit;

import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DocumentTree;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where two JSON records differ. Members that one version of Sluice writes and another does not show as well. */
final class TreeDifference {
    private static final int DETAILS_MAX = 10;
    private static final int VALUE_CHARS_MAX = 120;

    private final List<String> details = new ArrayList<>();

    private TreeDifference() {}

    /** One line for each member that differs: {@code remaining: 7 (derived: 8)}; none if both say the same. */
    static List<String> of(byte[] recorded, byte[] derived) {
        TreeDifference difference = new TreeDifference();
        try {
            difference.compare("", DocumentTree.ofJson(recorded), DocumentTree.ofJson(derived));
        } catch (WireException e) {
            difference.details.add("not JSON: " + e.getMessage());
        }
        return difference.details;
    }

    private void compare(String path, @Nullable Object recorded, @Nullable Object derived) {
        if (details.size() >= DETAILS_MAX || Objects.equals(recorded, derived)) {
            return;
        }
        if (recorded instanceof Map<?, ?> left && derived instanceof Map<?, ?> right) {
            Set<Object> names = new LinkedHashSet<>(left.keySet());
            names.addAll(right.keySet());
            names.forEach(
                    name -> compare(path.isEmpty() ? "" + name : path + "." + name, left.get(name), right.get(name)));
        } else if (recorded instanceof List<?> left
                && derived instanceof List<?> right
                && left.size() == right.size()) {
            for (int i = 0; i < left.size(); i++) {
                compare(path + "[" + i + "]", left.get(i), right.get(i));
            }
        } else {
            details.add(path + ": " + shown(recorded) + " (derived: " + shown(derived) + ")");
        }
    }

    private static String shown(@Nullable Object value) {
        String text = value == null ? "none" : DocumentTree.toJson(value);
        return text.length() > VALUE_CHARS_MAX ? text.substring(0, VALUE_CHARS_MAX) + "..." : text;
    }
}
