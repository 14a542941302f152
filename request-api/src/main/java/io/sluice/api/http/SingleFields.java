package io.sluice.api.http;

import java.nio.ByteBuffer;
import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests that have a field twice of which one is meant: which of the two counts would depend on who reads them,
 * this server or a proxy before it. Jetty itself refuses a second {@code Host} or {@code Content-Length}.
 */
public final class SingleFields extends Handler.Wrapper {
    /** By Jetty's names of fields. */
    private static final List<HttpHeader> KNOWN = List.of(
            HttpHeader.AUTHORIZATION,
            HttpHeader.CONTENT_TYPE,
            HttpHeader.IF_MATCH,
            HttpHeader.IF_NONE_MATCH,
            HttpHeader.EXPECT);

    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String twice = twice(request.getHeaders());
        if (twice == null) {
            return super.handle(request, response, callback);
        }
        HttpAnswer answer = Problem.invalid(twice, "more than one field (expected: one)");
        response.setStatus(answer.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.contentType());
        // What its body was is not looked at, and must not be taken for the next request.
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        response.write(/* last= */ true, ByteBuffer.wrap(answer.body().bytes()), callback);
        return true;
    }

    /** The name of a field that is there twice; null if there is none. */
    private static @Nullable String twice(HttpFields fields) {
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
