package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** Objects in JSON that are no records, such as the answers of front ends, by the writer that records have. */
public final class ObjectJson {
    private ObjectJson() {}

    /** Writes the members of an object that is open: names, texts, integers, flags, and what is nested. */
    @FunctionalInterface
    public interface Members {
        void write(JsonGenerator json) throws IOException;
    }

    /** The object as bytes. */
    public static byte[] bytes(Members members) {
        return Json.written(members);
    }
}
