package io.sluice.schemas.request;

import java.nio.charset.StandardCharsets;

/**
 * A caller's own data for the decision record: a JSON object that Sluice carries and never interprets.
 *
 * @param json the object as compact JSON text: members in their order, numbers as they were written, no white space
 */
public record Meta(String json) {
    /** The longest meta, as compact JSON in UTF-8. */
    public static final int BYTES_MAX = 4_096;
    /** Members on all levels together. */
    public static final int MEMBERS_MAX = 64;
    /** Objects and lists within one another, the outermost included. */
    public static final int DEPTH_MAX = 4;

    public Meta {
        if (!json.startsWith("{") || !json.endsWith("}")) {
            throw new IllegalArgumentException("meta: no object (expected: a JSON object as compact text)");
        }
        int bytes = json.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > BYTES_MAX) {
            throw new IllegalArgumentException("meta: " + bytes + " bytes (expected: at most " + BYTES_MAX + ")");
        }
    }
}
