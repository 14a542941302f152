package io.sluice.schemas.request;

import io.sluice.schemas.WireException;

/**
 * Who asks: a path {@code account[/segment...]}, such as {@code acme} or {@code acme/team-a/alice}.
 *
 * <p>At most 256 bytes of UTF-8, no control characters, no empty segment.
 */
public record ClientId(String text, String account) {
    public static final int BYTES_MAX = 256;

    /** Parses the text found in {@code field}. */
    public static ClientId parse(String field, String text) throws WireException {
        Texts.checkBytes(field, text, BYTES_MAX);
        if (text.startsWith("/") || text.endsWith("/") || text.contains("//")) {
            throw new WireException(field, Texts.shown(text) + " (expected: account[/segment...], no empty segment)");
        }
        int slash = text.indexOf('/');
        return new ClientId(text, slash < 0 ? text : text.substring(0, slash));
    }

    @Override
    public String toString() {
        return text;
    }
}
