package io.sluice.middleware;

import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The trace that the present thread works for, as the header field {@code traceparent} of W3C Trace Context names it.
 * The servlet filter and the gRPC interceptor set it to that of their caller, so that a request to Sluice is part of
 * the caller's trace, also in services without a tracing library.
 */
public final class Traceparent {
    /** The name of the header field. */
    public static final String FIELD = "traceparent";

    private static final Pattern VALID = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
    private static final ThreadLocal<@Nullable String> CURRENT = new ThreadLocal<>();

    private Traceparent() {}

    /** The trace of this thread; null if it has none. */
    public static @Nullable String current() {
        return CURRENT.get();
    }

    /** Does something for a trace; a value that is no traceparent counts as none. */
    public static <T> T during(@Nullable String traceparent, Supplier<T> work) {
        String before = CURRENT.get();
        set(traceparent);
        try {
            return work.get();
        } finally {
            set(before);
        }
    }

    static boolean isValid(@Nullable String traceparent) {
        return traceparent != null && VALID.matcher(traceparent).matches();
    }

    private static void set(@Nullable String traceparent) {
        if (isValid(traceparent)) {
            CURRENT.set(traceparent);
        } else {
            CURRENT.remove();
        }
    }
}
