package io.sluice.api.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The content type of a request's body. */
public final class ContentType {
    private ContentType() {}

    /**
     * Whether it is JSON, or built on it (RFC 6839), whatever its parameters. No content type is not JSON: a page of
     * another site may send that much to one's own machine without asking (CORS).
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
