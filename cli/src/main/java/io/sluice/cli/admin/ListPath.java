package io.sluice.cli.admin;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The path of a list with the parameters that were given. */
public record ListPath(String text) {
    /** The same with this parameter; without it for null. */
    public ListPath with(String name, @Nullable Object value) {
        return value == null
                ? this
                : new ListPath(text + (text.contains("?") ? "&" : "?") + name + "="
                        + URLEncoder.encode(value.toString(), StandardCharsets.UTF_8));
    }
}
