package io.sluice.streams.topology;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The size of a record's key or value before the app's own consumer cut it: a header that only that consumer writes.
 */
public final class TrueSize {
    public static final String KEY = "sluice.key-bytes";
    public static final String VALUE = "sluice.value-bytes";

    private TrueSize() {}

    public static void tell(Headers headers, String name, long bytes) {
        headers.add(name, Long.toString(bytes).getBytes(StandardCharsets.UTF_8));
    }

    /** The size before the cut; the actual size if nothing was cut. */
    public static long of(Headers headers, String name, byte[] here) {
        Header told = headers.lastHeader(name);
        if (told == null || told.value() == null) {
            return here.length;
        }
        try {
            return Math.max(here.length, Long.parseLong(new String(told.value(), StandardCharsets.UTF_8)));
        } catch (NumberFormatException e) {
            return here.length;
        }
    }
}
