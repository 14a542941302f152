package io.sluice.api.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The members of a JSON object, written into one that is open; so an answer can stand alone or inside a batch. */
@FunctionalInterface
public interface JsonBody {
    JsonFactory FACTORY = new JsonFactory();

    void write(JsonGenerator json) throws IOException;

    /** The object as bytes. */
    default byte[] bytes() {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder();
                JsonGenerator json = FACTORY.createGenerator(bytes)) {
            json.writeStartObject();
            write(json);
            json.writeEndObject();
            json.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
    }
}
