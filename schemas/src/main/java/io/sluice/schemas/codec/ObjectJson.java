package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** Writes JSON objects that are no records, such as the answers of front ends, with the writer for records. */
public final class ObjectJson {
    private ObjectJson() {}

    /** Writes the members of an open object: names, texts, integers, flags, and nested objects and lists. */
    @FunctionalInterface
    public interface Members {
        void write(JsonGenerator json) throws IOException;
    }

    /** The object as bytes. */
    public static byte[] bytes(Members members) {
        return Json.written(members);
    }
}
