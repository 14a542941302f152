package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.schemas.WireException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The members of one object, for codecs that are not hot. Its {@link Shape} lists the members and reads them, in any
 * order; the codec takes them once all have been read.
 *
 * <p>Why not jackson-databind: our errors name field, value and expectation of the first mistake in the text. For
 * that, databind would need a custom reader for every type. This is shorter, and needs no reflection.
 */
final class Members {
    private final Shape shape;
    private final Map<String, Object> values = new HashMap<>();
    /** All names, known or not, of an object that was read strictly. */
    private Set<String> given = Set.of();

    private Members(Shape shape) {
        this.shape = shape;
    }

    /** Reads the value of a member, as {@link Json#text} and {@link Json#integer} do. */
    @FunctionalInterface
    interface Reader {
        Object read(String name, JsonParser json) throws IOException, WireException;
    }

    /** The members that objects of one kind have. Immutable. */
    static final class Shape {
        private final Map<String, Reader> readers;

        private Shape(Map<String, Reader> readers) {
            this.readers = readers;
        }

        /** The shape of objects whose members are read by this reader. */
        static Shape of(Reader reader, String... names) {
            return new Shape(Map.of()).and(reader, names);
        }

        /** This shape with more members. */
        Shape and(Reader reader, String... names) {
            Map<String, Reader> more = new HashMap<>(readers);
            for (String name : names) {
                more.put(name, reader);
            }
            return new Shape(Map.copyOf(more));
        }

        /** Members that are read one by one. */
        Members begin() {
            return new Members(this);
        }

        /** Reads the object at the parser's position; skips unknown members. */
        Members read(String field, JsonParser json) throws IOException, WireException {
            Json.expectObject(field, json);
            Members members = begin();
            Json.fields(json, members::readOrSkip);
            return members;
        }

        /** Reads the objects of the list at the parser's position. */
        List<Members> readList(String field, JsonParser json) throws IOException, WireException {
            Json.expectList(field, json);
            List<Members> list = new ArrayList<>();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                list.add(read(field, json));
            }
            return list;
        }

        /** Reads a record from its bytes; skips unknown members. */
        Members read(byte[] value) throws WireException {
            try (JsonParser json = Json.parser(value)) {
                json.nextToken();
                return read("", json);
            } catch (IOException e) {
                throw Json.notJson(e);
            }
        }

        /** Reads a text that holds an object; skips unknown members. */
        Members read(String text) throws WireException {
            try (JsonParser json = Json.FACTORY.createParser(text)) {
                json.nextToken();
                return read("", json);
            } catch (IOException e) {
                throw Json.notJson(e);
            }
        }

        /** Reads a text that holds one object and nothing else, each member at most once. */
        Members readStrictly(String text) throws WireException {
            Members members = begin();
            members.given = Json.namedFields(text, members::readOrSkip);
            return members;
        }
    }

    /** Reads a member; returns false, and reads nothing, if the shape does not have it. */
    boolean read(String name, JsonParser json) throws IOException, WireException {
        Reader reader = shape.readers.get(name);
        if (reader == null) {
            return false;
        }
        values.put(name, reader.read(name, json));
        return true;
    }

    private void readOrSkip(String name, JsonParser json) throws IOException, WireException {
        if (!read(name, json)) {
            json.skipChildren();
        }
    }

    /** A text; empty if it is missing. */
    String text(String name) {
        String text = optionalText(name);
        return text == null ? "" : text;
    }

    @Nullable String optionalText(String name) {
        return optional(String.class, name);
    }

    /** A number; 0 if it is missing. */
    long integer(String name) {
        return integer(name, 0);
    }

    long integer(String name, long missing) {
        Long number = optionalInteger(name);
        return number == null ? missing : number;
    }

    @Nullable Long optionalInteger(String name) {
        return optional(Long.class, name);
    }

    /** A flag; false if it is missing. */
    boolean flag(String name) {
        return Boolean.TRUE.equals(values.get(name));
    }

    /** The value of a member; null if it is missing. */
    <T> @Nullable T optional(Class<T> type, String name) {
        return type.cast(values.get(name));
    }

    /** The value of a list; empty if it is missing. */
    <T> List<T> list(Class<T> type, String name) {
        List<?> list = optional(List.class, name);
        return list == null ? List.of() : list.stream().<T>map(type::cast).toList();
    }

    /** A required number, within its bounds. */
    long between(String name, long min, long max) throws WireException {
        long number = integer(name, min - 1);
        if (number < min || number > max) {
            throw new WireException(
                    name,
                    number + " (expected: " + (max == Long.MAX_VALUE ? "at least " + min : min + ".." + max) + ")");
        }
        return number;
    }

    /** A required text, which must not be empty. */
    String filled(String name, int charsMax) throws WireException {
        String text = text(name);
        if (text.isBlank() || text.length() > charsMax) {
            throw new WireException(
                    name,
                    (text.isBlank() ? "blank" : text.length() + " characters") + " (expected: 1.." + charsMax
                            + " characters)");
        }
        return text;
    }

    /** The version of the profile, or the revision of the rules, that the author of a command saw. */
    long seen(String name) throws WireException {
        long seen = integer(name, -1);
        if (seen < 0) {
            throw new WireException(name, "missing or negative (expected: at least 0)");
        }
        return seen;
    }

    /** Refuses members that are neither common to all objects of the kind nor specific to this one. */
    void expectOnly(List<String> common, List<String> own) throws WireException {
        List<String> names = new ArrayList<>(common);
        names.addAll(own);
        MemberNames.of(names).check(given);
    }

    /** Checks the version of a record. */
    Members ofThisVersion() throws WireException {
        if (integer("v") != Json.FORMAT_VERSION) {
            throw new WireException("v", integer("v") + " (expected: " + Json.FORMAT_VERSION + ")");
        }
        return this;
    }

    /** Checks the version of a signed document, and that it does not pass as any other signed document. */
    Members ofKind(String kind) throws WireException {
        ofThisVersion();
        if (!text("kind").equals(kind)) {
            throw new WireException("kind", "unknown (expected: " + kind + ")");
        }
        return this;
    }
}
