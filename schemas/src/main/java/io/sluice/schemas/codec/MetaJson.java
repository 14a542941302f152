package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.schemas.Utf8;
import io.sluice.schemas.WireException;
import io.sluice.schemas.request.Meta;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/** A reader that turns a caller's meta, token by token, into its compact form. */
public final class MetaJson {
    static final String NAME = "meta";

    private final JsonParser json;
    private final JsonBytes compact = new JsonBytes();
    private int members;

    private MetaJson(JsonParser json) {
        this.json = json;
    }

    /** The meta of a caller in this process, from JSON text. */
    public static Meta of(String text) throws WireException {
        try (JsonParser json = Json.FACTORY.createParser(text)) {
            json.nextToken();
            Meta meta = read(json);
            Json.expectEnd(json);
            return meta;
        } catch (IOException e) {
            throw Json.notJson(e);
        }
    }

    /** Reads the object at the parser's position, to its end. */
    static Meta read(JsonParser json) throws IOException, WireException {
        Json.expectObject(NAME, json);
        MetaJson reading = new MetaJson(json);
        reading.copyObject(NAME, 1);
        int bytes = reading.compact.size();
        if (bytes > Meta.BYTES_MAX) {
            throw new WireException(NAME, bytes + " bytes as compact JSON (expected: at most " + Meta.BYTES_MAX + ")");
        }
        return new Meta(new String(reading.compact.bytes(0, bytes), StandardCharsets.UTF_8));
    }

    private void copyObject(String place, int depth) throws IOException, WireException {
        checkDepth(place, depth);
        Set<String> names = new HashSet<>();
        compact.writeStartObject();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            Utf8.check(place, name);
            if (!names.add(name)) {
                throw new WireException(place + "." + MemberNames.shown(name), "given twice (expected: once)");
            }
            if (++members > Meta.MEMBERS_MAX) {
                throw new WireException(NAME, "too many members (expected: at most " + Meta.MEMBERS_MAX + ")");
            }
            compact.writeFieldName(name);
            json.nextToken();
            copyValue(place + "." + MemberNames.shown(name), depth);
        }
        compact.writeEndObject();
    }

    private void copyList(String place, int depth) throws IOException, WireException {
        checkDepth(place, depth);
        compact.writeStartArray();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            copyValue(place, depth);
        }
        compact.writeEndArray();
    }

    private static void checkDepth(String place, int depth) throws WireException {
        if (depth > Meta.DEPTH_MAX) {
            throw new WireException(place, "nested too deeply (expected: at most " + Meta.DEPTH_MAX + " levels)");
        }
    }

    private void copyValue(String place, int depth) throws IOException, WireException {
        switch (json.currentToken()) {
            case START_OBJECT -> copyObject(place, depth + 1);
            case START_ARRAY -> copyList(place, depth + 1);
            case VALUE_STRING -> {
                Utf8.check(place, json.getText());
                compact.writeString(json.getText());
            }
            // As it was written: whatever it means to the caller, no digit is lost.
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> compact.writeNumber(json.getText());
            case VALUE_TRUE, VALUE_FALSE -> compact.writeBoolean(json.getBooleanValue());
            default -> compact.writeNull();
        }
    }
}
