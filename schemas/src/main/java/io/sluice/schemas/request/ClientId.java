package io.sluice.schemas.request;

import io.sluice.schemas.WireException;

/**
 * The client that a request is for: a path {@code account[/segment...]}, such as {@code acme} or
 * {@code acme/team-a/alice}.
 *
 * <p>At most 256 bytes of UTF-8, no control characters. Client IDs are parts of URLs, with each segment
 * percent-encoded. So they contain nothing that servers, proxies and browsers resolve, replace or decode twice: no
 * segment that is empty, {@code .} or {@code ..}, no backslash, and no percent sign before two hexadecimal digits.
 *
 * <pre>
 *   acme/50% off     /v1/clients/acme/50%25%20off/quota
 *   acme/a%2Fb       refused: read once more it would be acme/a/b
 * </pre>
 */
public record ClientId(String text, String account) {
    public static final int BYTES_MAX = 256;

    /** Parses the text found in {@code field}. */
    public static ClientId parse(String field, String text) throws WireException {
        Texts.checkBytes(field, text, BYTES_MAX);
        checkSegments(field, text);
        checkCharacters(field, text);
        int slash = text.indexOf('/');
        return new ClientId(text, slash < 0 ? text : text.substring(0, slash));
    }

    private static void checkSegments(String field, String text) throws WireException {
        int from = 0;
        while (from <= text.length()) {
            int slash = text.indexOf('/', from);
            int to = slash < 0 ? text.length() : slash;
            if (to == from) {
                throw new WireException(
                        field, Texts.shown(text) + " (expected: account[/segment...], no empty segment)");
            }
            boolean isDots =
                    text.charAt(from) == '.' && (to == from + 1 || to == from + 2 && text.charAt(from + 1) == '.');
            if (isDots) {
                throw new WireException(
                        field, Texts.shown(text) + " (expected: no segment . or .., which URLs resolve)");
            }
            from = to + 1;
        }
    }

    private static void checkCharacters(String field, String text) throws WireException {
        if (text.indexOf('\\') >= 0) {
            throw new WireException(
                    field, Texts.shown(text) + " (expected: no backslash, which some servers take for a slash)");
        }
        for (int at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at + 1)) {
            if (at + 2 < text.length() && isHex(text.charAt(at + 1)) && isHex(text.charAt(at + 2))) {
                throw new WireException(
                        field,
                        Texts.shown(text) + " (expected: the text itself, not percent-encoded: "
                                + text.substring(at, at + 3) + " at index " + at + ")");
            }
        }
    }

    private static boolean isHex(char c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
    }

    @Override
    public String toString() {
        return text;
    }
}
