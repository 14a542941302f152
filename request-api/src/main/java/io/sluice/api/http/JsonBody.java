package io.sluice.api.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.schemas.codec.ObjectJson;
import java.io.IOException;

/** The members of a JSON object, written into one that is open; so an answer can stand alone or inside a batch. */
@FunctionalInterface
public interface JsonBody {
    void write(JsonGenerator json) throws IOException;

    /** The object as bytes. */
    default byte[] bytes() {
        return ObjectJson.bytes(this::write);
    }
}
