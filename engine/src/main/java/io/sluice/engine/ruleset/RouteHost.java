package io.sluice.engine.ruleset;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Hosts of requests and of limits in one normal form: lower case, without port, without the dot that ends an absolute
 * name. {@code API.example.com.:443} is {@code api.example.com}.
 */
final class RouteHost {
    private static final String LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?";
    private static final Pattern NAME = Pattern.compile("(?:\\*\\.)?" + LABEL + "(?:\\." + LABEL + ")*");
    private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-f:.]+]");
    private static final Pattern WITH_PORT = Pattern.compile("[^:\\[\\]]+:\\d*|\\[.*]:\\d*");
    private static final int CHARS_MAX = 253;

    private RouteHost() {}

    /** The host of a request, in any form. */
    static String of(String text) {
        int end = text.length();
        int colon = text.lastIndexOf(':');
        if (colon >= 0 && colon > text.lastIndexOf(']')) {
            end = colon;
        }
        if (end > 0 && text.charAt(end - 1) == '.') {
            end--;
        }
        return text.substring(0, end).toLowerCase(Locale.ROOT);
    }

    /**
     * The host that a limit names: a whole name, or {@code *.} and a domain.
     *
     * @throws IllegalArgumentException if no request could have such a host
     */
    static String expected(String text) {
        if (text.equals("*")) {
            throw wrong(text, "no host, which means every host");
        }
        if (text.contains("://") || text.indexOf('/') >= 0) {
            throw wrong(text, "a host alone, such as api.example.com, without scheme or path");
        }
        if (WITH_PORT.matcher(text).matches()) {
            throw wrong(text, "a host without a port, such as " + of(text) + "; ports are not matched");
        }
        String host = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        host = host.toLowerCase(Locale.ROOT);
        if (host.length() > CHARS_MAX
                || !(NAME.matcher(host).matches() || IPV6.matcher(host).matches())) {
            throw wrong(text, "a host such as api.example.com, or *.example.com for every host below a domain");
        }
        return host;
    }

    private static IllegalArgumentException wrong(String text, String expected) {
        return new IllegalArgumentException("\"" + text + "\" (expected: " + expected + ")");
    }
}
