package io.sluice.gateway.envoy;

import io.sluice.engine.ruleset.RoutePath;
import io.sluice.schemas.WireException;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.AnonymousClient;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.Route;
import io.sluice.schemas.request.Texts;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/**
 * The conversion of descriptor values that exceed Sluice's bounds.
 *
 * <p>Callers of a service behind Envoy choose most of these values. A value that does not fit must not become an
 * error: if Envoy fails open, a caller could then avoid limits with such a value. So a client is replaced by its
 * hash, {@code ~} and 32 hexadecimal digits. An attribute keeps its beginning before the hash, since lists and limits
 * may match prefixes.
 */
final class FittingText {
    private static final int DIGEST_BYTES = 16;
    /** What an attribute keeps before its hash. */
    private static final int ATTRIBUTE_START_CHARS_MAX =
            AdmissionRequest.ATTRIBUTE_VALUE_CHARS_MAX - 1 - 2 * DIGEST_BYTES;

    private static final char REPLACED = '\uFFFD';

    private FittingText() {}

    /** A client ID that only an address may have does not fit. */
    static String client(String text) {
        try {
            return AnonymousClient.isReserved(text)
                    ? hashed(text)
                    : ClientId.parse("clientId", text).text();
        } catch (WireException e) {
            return hashed(text);
        }
    }

    /** A value of an attribute. */
    static String attribute(String value) {
        try {
            Texts.check("attribute", value, 0, AdmissionRequest.ATTRIBUTE_VALUE_CHARS_MAX);
            return value;
        } catch (WireException e) {
            return clean(value, ATTRIBUTE_START_CHARS_MAX) + hashed(value);
        }
    }

    /**
     * A path without its query; an over-long one is cut, since rules look at how a path begins.
     *
     * <p>It is normalised first: otherwise a caller could fill the beginning with slashes, so that the path that the
     * server sees is cut off.
     */
    static String path(String path) {
        int query = path.indexOf('?');
        String bare = query < 0 ? path : path.substring(0, query);
        if (bare.length() > Route.PATH_CHARS_MAX) {
            RoutePath read = RoutePath.of(bare);
            List<String> other = read.otherReading();
            bare = read.toString();
            if (bare.length() > Route.PATH_CHARS_MAX && other != null) {
                bare = "/" + String.join("/", other);
            }
        }
        return clean(bare, Route.PATH_CHARS_MAX);
    }

    static String method(String method) {
        return clean(method, Route.METHOD_CHARS_MAX);
    }

    static String host(String host) {
        return clean(host, Route.HOST_CHARS_MAX);
    }

    private static String clean(String text, int charsMax) {
        StringBuilder clean = new StringBuilder(Math.min(text.length(), charsMax));
        for (int i = 0; i < text.length() && clean.length() < charsMax; ) {
            int point = text.codePointAt(i);
            i += Character.charCount(point);
            boolean fits = !Character.isISOControl(point) && !isLoneSurrogate(point);
            if (!fits) {
                clean.append(REPLACED);
            } else if (clean.length() + Character.charCount(point) <= charsMax) {
                clean.appendCodePoint(point);
            } else {
                break;
            }
        }
        return clean.toString();
    }

    private static boolean isLoneSurrogate(int point) {
        return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    }

    private static String hashed(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "~" + HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
