package io.sluice.api.http;

import java.util.Locale;

/** What a request says that its body is. */
public final class ContentType {
    private ContentType() {}

    /** Whether it is JSON, or built on it (RFC 6839), whatever its parameters. */
    public static boolean isJson(String contentType) {
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
