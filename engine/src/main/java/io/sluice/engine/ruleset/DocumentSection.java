package io.sluice.engine.ruleset;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over one object of a ruleset document, which is a tree of maps, lists, strings, numbers and booleans.
 *
 * <p>Reading never throws. For a missing or wrong value it notes a problem with the path, and returns a neutral
 * value, so that one pass finds every problem.
 */
final class DocumentSection {
    private final String path;
    private final Map<?, ?> values;
    private final List<RulesetProblem> problems;

    private DocumentSection(String path, Map<?, ?> values, List<RulesetProblem> problems) {
        this.path = path;
        this.values = values;
        this.problems = problems;
    }

    static DocumentSection root(@Nullable Object document, Set<String> keys, List<RulesetProblem> problems) {
        return of("", document, keys, problems);
    }

    private static DocumentSection of(
            String path, @Nullable Object value, Set<String> keys, List<RulesetProblem> problems) {
        if (!(value instanceof Map<?, ?> values)) {
            problems.add(new RulesetProblem(path, shown(value) + " (expected: an object)"));
            return new DocumentSection(path, Map.of(), problems);
        }
        DocumentSection section = new DocumentSection(path, values, problems);
        for (Object key : values.keySet()) {
            if (!keys.isEmpty() && !keys.contains(key)) {
                section.problem(
                        String.valueOf(key), "unknown field (expected: " + String.join(", ", sorted(keys)) + ")");
            }
        }
        return section;
    }

    private static List<String> sorted(Set<String> keys) {
        return keys.stream().sorted().toList();
    }

    boolean has(String name) {
        return values.get(name) != null;
    }

    void problem(String name, String message) {
        problems.add(new RulesetProblem(placeOf(name), message));
    }

    private String placeOf(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** The value as read, for rules that {@link #parsed} cannot express. */
    @Nullable Object raw(String name) {
        return values.get(name);
    }

    boolean flag(String name) {
        if (values.get(name) instanceof Boolean flag) {
            return flag;
        }
        problem(name, shown(values.get(name)) + " (expected: true or false)");
        return false;
    }

    long integer(String name, long fallback) {
        Object value = values.get(name);
        if (value instanceof Long || value instanceof Integer) {
            return ((Number) value).longValue();
        }
        problem(name, shown(value) + " (expected: an integer)");
        return fallback;
    }

    String text(String name, String fallback) {
        Object value = values.get(name);
        if (value instanceof String text && !text.isEmpty()) {
            return text;
        }
        problem(name, shown(value) + " (expected: a string)");
        return fallback;
    }

    /** A list of strings; a single string stands for a list of one. */
    List<String> texts(String name) {
        Object value = values.get(name);
        if (value instanceof String text) {
            return List.of(text);
        }
        if (!(value instanceof List<?> list) || !list.stream().allMatch(String.class::isInstance)) {
            problem(name, shown(value) + " (expected: a string or a list of strings)");
            return List.of();
        }
        return list.stream().map(String.class::cast).toList();
    }

    /** YAML takes a bare {@code off} or {@code on} for a flag, where a word is meant. */
    private static String word(@Nullable Object value) {
        if (value instanceof Boolean flag) {
            return flag ? "on" : "off";
        }
        return value instanceof String text ? text : "";
    }

    /** The names of the members, in the order of the document. */
    List<String> names() {
        return values.keySet().stream().map(String::valueOf).toList();
    }

    /** One of a few words; {@code fallback} if it is left out. */
    <T> T choice(String name, Map<String, T> choices, T fallback) {
        if (!has(name)) {
            return fallback;
        }
        T chosen = choices.get(word(values.get(name)));
        if (chosen == null) {
            problem(name, shown(values.get(name)) + " (expected: " + String.join(", ", sorted(choices.keySet())) + ")");
            return fallback;
        }
        return chosen;
    }

    DocumentSection section(String name, Set<String> keys) {
        return of(placeOf(name), values.get(name), keys, problems);
    }

    /** The members of an object whose keys are names chosen by the author. */
    Map<String, DocumentSection> sectionsByName(String name, Set<String> keys) {
        Map<String, DocumentSection> sections = new LinkedHashMap<>();
        section(name, Set.of())
                .values
                .forEach((key, value) ->
                        sections.put(String.valueOf(key), of(placeOf(name) + "." + key, value, keys, problems)));
        return sections;
    }

    /** One item of a list that may hold other things than objects, too. */
    DocumentSection item(String name, int place, Map<?, ?> item, Set<String> keys) {
        return of(placeOf(name) + "[" + place + "]", item, keys, problems);
    }

    List<DocumentSection> sections(String name, Set<String> keys) {
        List<DocumentSection> sections = new ArrayList<>();
        if (!(values.get(name) instanceof List<?> list)) {
            problem(name, shown(values.get(name)) + " (expected: a list)");
            return sections;
        }
        for (int i = 0; i < list.size(); i++) {
            sections.add(of(placeOf(name) + "[" + i + "]", list.get(i), keys, problems));
        }
        return sections;
    }

    /** Runs a constructor that validates, and notes its error at {@code name}. */
    <T> @Nullable T parsed(String name, Function<DocumentSection, @Nullable T> constructor) {
        try {
            return constructor.apply(this);
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            problem(name, message.startsWith(name + ": ") ? message.substring(name.length() + 2) : message);
            return null;
        }
    }

    private static String shown(@Nullable Object value) {
        if (value == null) {
            return "missing";
        }
        return value instanceof String text ? "\"" + text + "\"" : String.valueOf(value);
    }
}
