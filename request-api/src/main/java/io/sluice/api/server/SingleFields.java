package io.sluice.api.server;

import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/**
 * The check for header fields that come twice but may come only once: this server and a proxy before it might read
 * different ones. Jetty itself refuses a second {@code Host} or {@code Content-Length}.
 */
final class SingleFields {
    /** By Jetty's names of fields. */
    private static final List<HttpHeader> KNOWN = List.of(
            HttpHeader.AUTHORIZATION,
            HttpHeader.CONTENT_TYPE,
            HttpHeader.IF_MATCH,
            HttpHeader.IF_NONE_MATCH,
            HttpHeader.EXPECT);

    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    private SingleFields() {}

    /** The name of a field that is there twice; null if there is none. */
    static @Nullable String twice(HttpFields fields) {
        int seen = 0;
        for (HttpField field : fields) {
            int bit = bit(field);
            if ((seen & bit) != 0) {
                return bit == 1 << KNOWN.size() ? IDEMPOTENCY_KEY : field.getName();
            }
            seen |= bit;
        }
        return null;
    }

    /** The name of this field if it is there twice; null if it is not. */
    static @Nullable String twice(HttpFields fields, HttpHeader header) {
        int seen = 0;
        for (HttpField field : fields) {
            seen += field.getHeader() == header ? 1 : 0;
        }
        return seen > 1 ? header.asString() : null;
    }

    /** A bit for each field that is watched; 0 for all others. */
    private static int bit(HttpField field) {
        HttpHeader header = field.getHeader();
        if (header == null) {
            return IDEMPOTENCY_KEY.equalsIgnoreCase(field.getName()) ? 1 << KNOWN.size() : 0;
        }
        int index = KNOWN.indexOf(header);
        return index < 0 ? 0 : 1 << index;
    }
}
