package io.sluice.engine.ruleset;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The reason why a limit does not apply to an admission, in words: the first part of its matcher that does not fit. */
public final class Mismatch {
    /** The most characters shown of an admission's value or an expectation. */
    private static final int SHOWN_CHARS_MAX = 100;

    private Mismatch() {}

    /**
     * The part, the admission's value and what was expected, such as {@code method: "GET" (expected: one of POST,
     * PUT)}; null if the limit applies.
     */
    public static @Nullable String of(LimitMatch match, String tier, Admission admission) {
        if (match.appliesToTier(tier) && match.appliesTo(admission)) {
            return null;
        }
        if (!match.appliesToTier(tier)) {
            return words("tier", tier, oneOf(match.tiers()));
        }
        if (!match.methods().isEmpty() && !match.methods().contains(admission.method())) {
            return words("method", admission.method(), oneOf(match.methods()));
        }
        if (match.path() != null && !match.path().matches(admission.path())) {
            return words("path", admission.path().toString(), match.path().text());
        }
        if (match.host() != null && !LimitMatch.hostMatches(match.host(), admission.host())) {
            return words("host", admission.host(), match.host());
        }
        for (Map.Entry<String, ValueMatch> expected : new TreeMap<>(match.attributes()).entrySet()) {
            String actual = admission.attributes().get(expected.getKey());
            if (actual != null
                    && expected.getValue() instanceof ValueMatch.InRanges
                    && IpAddress.read(actual) == null) {
                return "attributes." + expected.getKey() + ": \"" + cut(actual) + "\" is not an IP address (expected: "
                        + cut(expectation(expected.getValue())) + ")";
            }
            if (actual == null || !expected.getValue().matches(actual)) {
                return words("attributes." + expected.getKey(), actual, expectation(expected.getValue()));
            }
        }
        throw new IllegalStateException("match: " + match + " (expected: a part that does not fit " + admission + ")");
    }

    private static String words(String part, @Nullable String actual, String expected) {
        String shown = actual == null ? "missing" : "\"" + cut(actual) + "\"";
        return part + ": " + shown + " (expected: " + cut(expected) + ")";
    }

    private static String expectation(ValueMatch expected) {
        if (expected instanceof ValueMatch.OneOf values) {
            return oneOf(values.values());
        }
        if (expected instanceof ValueMatch.Prefix prefix) {
            return "beginning with " + prefix.prefix();
        }
        if (expected instanceof ValueMatch.Except except) {
            Set<String> excepted = new TreeSet<>(except.values());
            except.prefixes().forEach(begin -> excepted.add(begin + "..."));
            String begin = except.prefix().isEmpty() ? "any" : "beginning with " + except.prefix();
            return begin + " but " + String.join(", ", excepted);
        }
        return "an address in "
                + String.join(
                        ", ",
                        ((ValueMatch.InRanges) expected)
                                .ranges().stream().map(IpRange::text).toList());
    }

    /** In alphabetical order, so that the same ruleset always gives the same words. */
    private static String oneOf(Collection<String> values) {
        String listed = String.join(", ", new TreeSet<>(values));
        return values.size() == 1 ? listed : "one of " + listed;
    }

    /** The beginning of a text, as far as a message may show it. */
    static String cut(String text) {
        if (text.length() <= SHOWN_CHARS_MAX) {
            return text;
        }
        // Never between the halves of a surrogate pair.
        int end = Character.isHighSurrogate(text.charAt(SHOWN_CHARS_MAX - 1)) ? SHOWN_CHARS_MAX - 1 : SHOWN_CHARS_MAX;
        return text.substring(0, end) + "...";
    }
}
