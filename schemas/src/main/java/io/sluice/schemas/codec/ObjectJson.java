package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** A writer of JSON objects that are not records, such as the answers of front ends; it uses the writer of records. */
public final class ObjectJson {
    private ObjectJson() {}

    /** A writer of the members of an open object: names, texts, integers, flags, and nested objects and lists. */
    @FunctionalInterface
    public interface Members {
        void write(JsonGenerator json) throws IOException;
    }

    /** The object as bytes. */
    public static byte[] bytes(Members members) {
        return Json.written(members);
    }
}
