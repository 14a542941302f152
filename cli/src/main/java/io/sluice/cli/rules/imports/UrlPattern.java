package io.sluice.cli.rules.imports;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The path pattern of another rate limiter, as a path template.
 *
 * @param template null for every path
 * @param differs the paths that only one of the two matches; empty for none
 */
record UrlPattern(@Nullable String template, String differs) {
    static final UrlPattern EVERY = new UrlPattern(null, "");

    private static final Pattern GROUPED = Pattern.compile("\\(([^()|]*)\\)(.*)");
    /** Literals of a regular expression. A point stands for itself here, as its author meant. */
    private static final Pattern LITERAL = Pattern.compile("(?:[A-Za-z0-9_~.-]|\\\\[.-])+");

    private static final String ANY = "[^/]";
    /** In its place, so that a path can be cut at its slashes. */
    private static final String ANY_MARK = "<any>";

    private static final Pattern ANY_SEGMENT = Pattern.compile("<any>[+*]");
    private static final Pattern SOME_SEGMENT = Pattern.compile("(?:\\\\d|\\\\w|\\[[A-Za-z0-9_-]+])[+*]");
    private static final Pattern SPRING_NAME = Pattern.compile("\\{[A-Za-z][A-Za-z0-9_-]*}");
    private static final Pattern SPRING_REST = Pattern.compile("\\*\\*|\\{\\*[A-Za-z0-9_-]+}");
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_~.-]+");

    /** A regular expression that has to match a whole path; null if no template says the same, or nearly the same. */
    static @Nullable UrlPattern ofRegex(String regex) {
        String text = regex.strip();
        text = text.startsWith("^") ? text.substring(1) : text;
        text = text.endsWith("$") ? text.substring(0, text.length() - 1) : text;
        Matcher grouped = GROUPED.matcher(text);
        text = grouped.matches() ? grouped.group(1) + grouped.group(2) : text;
        if (text.equals(".*") || text.equals("/.*") || text.equals(".+")) {
            return EVERY;
        }
        boolean isWithin = text.endsWith("/.*") || text.endsWith("/.+");
        boolean isBeginning = !isWithin && text.endsWith(".*");
        String rest = isWithin ? text.substring(0, text.length() - 3) : text;
        rest = isBeginning ? text.substring(0, text.length() - 2) : rest;
        if (!rest.startsWith("/") || rest.equals("/") && (isWithin || isBeginning)) {
            return null;
        }
        List<String> differs = new ArrayList<>();
        StringBuilder template = new StringBuilder();
        for (String segment : rest.replace(ANY, ANY_MARK).substring(1).split("/", -1)) {
            if (ANY_SEGMENT.matcher(segment).matches()
                    || SOME_SEGMENT.matcher(segment).matches()) {
                template.append("/*");
                if (SOME_SEGMENT.matcher(segment).matches()) {
                    differs.add("* takes any segment, not only " + segment);
                }
            } else if (LITERAL.matcher(segment).matches() || rest.equals("/")) {
                template.append('/').append(segment.replace("\\", ""));
            } else {
                return null;
            }
        }
        if (isWithin) {
            differs.add(template + "/** takes " + template + ", too");
            template.append("/**");
        } else if (isBeginning) {
            differs.add(template + "/** takes no " + template + "x");
            template.append("/**");
        }
        return new UrlPattern(template.toString(), String.join(", and ", differs));
    }

    /** A path pattern of Spring; null if no template says the same. */
    static @Nullable UrlPattern ofSpring(String pattern) {
        if (pattern.equals("/**")) {
            return EVERY;
        }
        if (!pattern.startsWith("/")) {
            return null;
        }
        String[] segments = pattern.substring(1).split("/", -1);
        StringBuilder template = new StringBuilder();
        for (int i = 0; i < segments.length; i++) {
            String segment = segments[i];
            if (SPRING_REST.matcher(segment).matches() && i == segments.length - 1) {
                template.append("/**");
            } else if (segment.equals("*") || SPRING_NAME.matcher(segment).matches()) {
                template.append("/*");
            } else if (PLAIN.matcher(segment).matches() || pattern.equals("/")) {
                template.append('/').append(segment);
            } else {
                return null;
            }
        }
        return new UrlPattern(template.toString(), "");
    }

    boolean isEvery() {
        return template == null;
    }

    /** Whether the other one matches nothing that this one does not match. */
    boolean covers(UrlPattern other) {
        if (template == null) {
            return true;
        }
        if (other.template == null || !template.endsWith("/**")) {
            return template.equals(other.template);
        }
        String prefix = template.substring(0, template.length() - 3);
        return other.template.equals(prefix) || other.template.startsWith(prefix + "/");
    }
}
