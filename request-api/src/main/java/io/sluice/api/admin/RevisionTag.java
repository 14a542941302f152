package io.sluice.api.admin;

import io.sluice.api.server.ApiRequest;
import io.sluice.schemas.WireException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A revision or version in force as an entity tag: the state that a caller saw, and that its step requires.
 */
final class RevisionTag {
    private static final Pattern TAG = Pattern.compile("\"(\\d{1,18})\"");

    private RevisionTag() {}

    static Map<String, String> of(long revision) {
        return Map.of("ETag", "\"" + revision + "\"");
    }

    /**
     * The number of {@code If-Match}; null if the field is absent.
     *
     * @throws WireException if it is not one strong tag: a step rests on one state
     */
    static @Nullable Long expected(ApiRequest request) throws WireException {
        String field = request.header("If-Match");
        if (field == null) {
            return null;
        }
        Matcher tag = TAG.matcher(field.strip());
        if (!tag.matches()) {
            throw new WireException("If-Match", "not one entity tag (expected: \"NUMBER\", as ETag has it)");
        }
        return Long.parseLong(tag.group(1));
    }

    static boolean isKnown(ApiRequest request, long revision) {
        String field = request.header("If-None-Match");
        return field != null && field.strip().equals("\"" + revision + "\"");
    }
}
