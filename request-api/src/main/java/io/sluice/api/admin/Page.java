package io.sluice.api.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.api.http.RequestUrl;
import io.sluice.api.server.ApiRequest;
import io.sluice.schemas.WireException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The requested part of a list: at most {@code limit} entries that are older than {@code before}. */
record Page(long before, int limit) {
    private static final int LIMIT = 50;
    private static final int LIMIT_MAX = 500;

    static Page of(ApiRequest request) throws WireException {
        RequestUrl.expectOnly(request.query(), "before", "limit");
        return beside(request);
    }

    /** The same for a list that has other parameters as well, which its endpoint reads. */
    static Page beside(ApiRequest request) throws WireException {
        return new Page(
                number("before", RequestUrl.parameter(request.query(), "before"), Long.MAX_VALUE, Long.MAX_VALUE),
                (int) number("limit", RequestUrl.parameter(request.query(), "limit"), LIMIT, LIMIT_MAX));
    }

    private static long number(String name, @Nullable String text, long fallback, long max) throws WireException {
        if (text == null) {
            return fallback;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= 1 && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Reported below, like a number that is out of range.
        }
        throw new WireException(name, "not usable (expected: 1.." + max + ")");
    }

    /** Where the list continues, if this page is full. */
    void writeNext(JsonGenerator json, String path, int count, long last) throws IOException {
        if (count == limit) {
            json.writeStringField("next", path + "?before=" + last + "&limit=" + limit);
        }
    }
}
