package io.sluice.api.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The content type of a request's body. */
public final class ContentType {
    private ContentType() {}

    /**
     * Whether it is JSON, or built on it (RFC 6839), with any parameters. A missing content type is refused, because
     * a page of another site may send such a request without asking first (CORS).
     */
    public static boolean isJson(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        if (contentType.equals(HttpAnswer.JSON)) {
            return true;
        }
        int semicolon = contentType.indexOf(';');
        String type = (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
                .strip()
                .toLowerCase(Locale.ROOT);
        return type.equals(HttpAnswer.JSON) || type.endsWith("+json");
    }
}
