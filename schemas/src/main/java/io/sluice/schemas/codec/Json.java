package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import io.sluice.schemas.Utf8;
import io.sluice.schemas.WireException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The JSON functions that all codecs share: one factory with tight bounds, and the readers' checks. */
final class Json {
    /** The version that every record carries in {@code v}. */
    static final int FORMAT_VERSION = 1;

    /** More nesting than any record has, and far too little to overflow a stack. */
    private static final int NESTING_MAX = 32;

    private static final int NUMBER_CHARS_MAX = 32;
    private static final int STRING_CHARS_MAX = 1_048_576;
    private static final int MESSAGE_CHARS_MAX = 200;
    /** In UTF-16 and UTF-32, one of the first bytes is 0: in UTF-8, no JSON has one. */
    private static final int UNIT_BYTES_MAX = 4;

    static final JsonFactory FACTORY = JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.threadLocalPool())
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(NESTING_MAX)
                    .maxNumberLength(NUMBER_CHARS_MAX)
                    .maxStringLength(STRING_CHARS_MAX)
                    .maxNameLength(1_024)
                    .build())
            .build();

    private static final ThreadLocal<JsonBytes> WRITERS = ThreadLocal.withInitial(JsonBytes::new);

    private Json() {}

    /**
     * A parser of bytes from outside. Jackson is lenient with UTF-8 and guesses at other encodings, so the bytes are
     * checked before: JSON between systems is UTF-8 (RFC 8259).
     */
    static JsonParser parser(byte[] json) throws IOException, WireException {
        Utf8.check("", json);
        for (int i = 0; i < Math.min(json.length, UNIT_BYTES_MAX); i++) {
            if (json[i] == 0) {
                throw new WireException("", "byte 0x00 at index " + i + " (expected: JSON in UTF-8)");
            }
        }
        return FACTORY.createParser(json);
    }

    /** Reads the value of one field; must leave the parser on the value's last token. */
    @FunctionalInterface
    interface FieldReader {
        void read(String name, JsonParser json) throws IOException, WireException;
    }

    static byte[] written(ObjectJson.Members members) {
        return made(json -> {
            json.writeStartObject();
            members.write(json);
            json.writeEndObject();
            return json.bytes(0, json.size());
        });
    }

    /** The same as text, for signing. */
    static String writtenText(ObjectJson.Members members) {
        return new String(written(members), StandardCharsets.UTF_8);
    }

    /** Writes with a generator and returns a result. */
    @FunctionalInterface
    interface Writing<T> {
        T with(JsonBytes json) throws IOException;
    }

    static <T> T made(Writing<T> writing) {
        JsonBytes own = WRITERS.get();
        // A record that is written inside another, as a text in it, gets a writer of its own.
        JsonBytes json = own.isTaken() ? new JsonBytes() : own;
        json.take();
        try {
            return writing.with(json);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        } finally {
            json.giveBack();
        }
    }

    /** Reads the fields of the object at the parser's position. */
    static void fields(JsonParser json, FieldReader reader) throws IOException, WireException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            reader.read(name, json);
        }
    }

    /** Reads the fields of an object that may have only these names, each once. */
    static void fields(JsonParser json, MemberNames names, FieldReader reader) throws IOException, WireException {
        long seen = 0;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            long bit = 1L << names.indexOf(name);
            if ((seen & bit) != 0) {
                throw names.twice(name);
            }
            seen |= bit;
            json.nextToken();
            reader.read(name, json);
        }
    }

    /** Reads the fields of an object that is the whole text, each once, and returns their names. */
    static Set<String> namedFields(String text, FieldReader reader) throws WireException {
        Set<String> names = new LinkedHashSet<>();
        try (JsonParser json = FACTORY.createParser(text)) {
            json.nextToken();
            expectObject("", json);
            fields(json, (name, value) -> {
                if (!names.add(name)) {
                    throw new WireException(MemberNames.shown(name), "given twice (expected: once)");
                }
                reader.read(name, value);
            });
            expectEnd(json);
        } catch (IOException e) {
            throw notJson(e);
        }
        return names;
    }

    /** Checks that nothing follows the object. */
    static void expectEnd(JsonParser json) throws IOException, WireException {
        if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
            throw new WireException("", "more than one JSON object (expected: one)");
        }
    }

    static void expectObject(String field, JsonParser json) throws IOException, WireException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw new WireException(field, shown(json) + " (expected: an object)");
        }
    }

    static void expectList(String field, JsonParser json) throws WireException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new WireException(field, "not a list (expected: a list)");
        }
    }

    static long integer(String field, JsonParser json) throws IOException, WireException {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw new WireException(field, shown(json) + " (expected: an integer)");
        }
        if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw new WireException(field, shown(json) + " (expected: an integer of 64 bits)");
        }
        return json.getLongValue();
    }

    /** A partition, an index in a list, or a size: never negative, and no more than an {@code int}. */
    static int index(String field, JsonParser json) throws IOException, WireException {
        long index = integer(field, json);
        if (index < 0 || index > Integer.MAX_VALUE) {
            throw new WireException(field, index + " (expected: 0.." + Integer.MAX_VALUE + ")");
        }
        return (int) index;
    }

    static String text(String field, JsonParser json) throws IOException, WireException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw new WireException(field, shown(json) + " (expected: a string)");
        }
        return json.getText();
    }

    static List<String> texts(String field, JsonParser json) throws IOException, WireException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new WireException(field, shown(json) + " (expected: a list of strings)");
        }
        List<String> texts = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            texts.add(text(field, json));
        }
        return texts;
    }

    static boolean flag(String field, JsonParser json) throws IOException, WireException {
        if (json.currentToken() == null || !json.currentToken().isBoolean()) {
            throw new WireException(field, shown(json) + " (expected: true or false)");
        }
        return json.getBooleanValue();
    }

    private static String shown(JsonParser json) throws IOException {
        JsonToken token = json.currentToken();
        if (token == null) {
            return "nothing";
        }
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "a list";
            case VALUE_STRING -> "a string";
            default -> cut(json.getText());
        };
    }

    /** The error for input that is not JSON at all; quotes no more of it than is safe. */
    static WireException notJson(IOException cause) {
        String message =
                cause instanceof JsonProcessingException e ? String.valueOf(e.getOriginalMessage()) : cause.toString();
        return new WireException("", "not valid JSON: " + cut(message));
    }

    private static String cut(String text) {
        String line = text.lines().findFirst().orElse("");
        return line.length() > MESSAGE_CHARS_MAX ? line.substring(0, MESSAGE_CHARS_MAX) + "..." : line;
    }
}
