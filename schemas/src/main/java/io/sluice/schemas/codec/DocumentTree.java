package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.schemas.Utf8;
import io.sluice.schemas.WireException;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A document as a tree of JDK types: maps, lists, strings, longs, booleans and null.
 *
 * <p>So a ruleset can come from JSON or YAML (with Jackson's YAML parser), and the engine needs neither.
 */
public final class DocumentTree {
    private static final int DEPTH_MAX = 16;

    private DocumentTree() {}

    /** Reads a whole JSON document, as bytes from outside. */
    public static @Nullable Object ofJson(byte[] bytes) throws WireException {
        try (JsonParser json = Json.parser(bytes)) {
            return read(json);
        } catch (IOException e) {
            throw Json.notJson(e);
        }
    }

    /** Reads a whole JSON document. */
    public static @Nullable Object ofJson(String text) throws WireException {
        try (JsonParser json = Json.FACTORY.createParser(text)) {
            return read(json);
        } catch (IOException e) {
            throw Json.notJson(e);
        }
    }

    /** Reads one whole document from any Jackson parser. */
    public static @Nullable Object read(JsonParser parser) throws IOException, WireException {
        if (parser.nextToken() == null) {
            return null;
        }
        Object tree = value("", parser, 0);
        if (parser.nextToken() != null) {
            throw new WireException("", "more than one document (expected: one)");
        }
        return tree;
    }

    /** The value at a parser's position, as compact JSON text. */
    static String textOf(String path, JsonParser parser) throws IOException, WireException {
        return toJson(value(path, parser, 0));
    }

    private static @Nullable Object value(String path, JsonParser parser, int depth) throws IOException, WireException {
        if (depth > DEPTH_MAX) {
            throw new WireException(path, "nested too deeply (expected: at most " + DEPTH_MAX + " levels)");
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(path, parser, depth);
            case START_ARRAY -> list(path, parser, depth);
            case VALUE_STRING -> text(path, parser.getText());
            case VALUE_TRUE, VALUE_FALSE -> parser.getBooleanValue();
            case VALUE_NUMBER_INT ->
                parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? parser.getBigIntegerValue()
                        : (Object) parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> decimal(path, parser);
            default -> null;
        };
    }

    /** A text that can be encoded again, which one half of a surrogate pair cannot. */
    private static String text(String path, String text) throws WireException {
        Utf8.check(path, text);
        return text;
    }

    private static BigDecimal decimal(String path, JsonParser parser) throws IOException, WireException {
        try {
            return parser.getDecimalValue();
        } catch (NumberFormatException e) {
            throw new WireException(path, "a number of too large an exponent (expected: one of 32 bits)");
        }
    }

    private static Map<String, @Nullable Object> object(String path, JsonParser parser, int depth)
            throws IOException, WireException {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            String place = path.isEmpty() ? name : path + "." + name;
            if (members.containsKey(name)) {
                throw new WireException(place, "given twice (expected: once)");
            }
            Utf8.check(path, name);
            parser.nextToken();
            members.put(name, value(place, parser, depth + 1));
        }
        return members;
    }

    private static List<@Nullable Object> list(String path, JsonParser parser, int depth)
            throws IOException, WireException {
        List<@Nullable Object> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(path + "[" + items.size() + "]", parser, depth + 1));
        }
        return items;
    }

    /** The tree as compact JSON text, members in the order in which they were read. */
    public static String toJson(@Nullable Object tree) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = Json.FACTORY.createGenerator(text)) {
            write(json, tree);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, @Nullable Object tree) throws IOException {
        if (tree instanceof Map<?, ?> members) {
            json.writeStartObject();
            for (Map.Entry<?, ?> member : members.entrySet()) {
                json.writeFieldName(String.valueOf(member.getKey()));
                write(json, member.getValue());
            }
            json.writeEndObject();
        } else if (tree instanceof List<?> items) {
            json.writeStartArray();
            for (Object item : items) {
                write(json, item);
            }
            json.writeEndArray();
        } else {
            writeScalar(json, tree);
        }
    }

    private static void writeScalar(JsonGenerator json, @Nullable Object value) throws IOException {
        if (value == null) {
            json.writeNull();
        } else if (value instanceof Boolean flag) {
            json.writeBoolean(flag);
        } else if (value instanceof Long number) {
            json.writeNumber(number);
        } else if (value instanceof Number number) {
            json.writeNumber(number.toString());
        } else {
            json.writeString(value.toString());
        }
    }
}
