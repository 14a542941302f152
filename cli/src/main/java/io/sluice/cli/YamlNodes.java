package io.sluice.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * The nodes of a YAML 1.2 document (core schema). They still contain repeated keys, keys that are no text, tags and
 * aliases; their readers bound or refuse these, with the line.
 */
public final class YamlNodes {
    private YamlNodes() {}

    /** The root; empty for an empty document. Its depth has to be known: it takes a stack as deep as the document. */
    public static Optional<Node> compose(String text) {
        return new Compose(settings()).composeString(text);
    }

    /** Where a document becomes deeper than so many lists and objects, by reading it without a stack. */
    public static @Nullable Mark deeperThan(int levels, String text) {
        int depth = 0;
        for (Event event : new Parse(settings()).parseString(text)) {
            if (event instanceof CollectionStartEvent && ++depth > levels) {
                return event.getStartMark().orElseThrow();
            }
            if (event instanceof CollectionEndEvent) {
                depth--;
            }
        }
        return null;
    }

    /** What the library says is wrong, without the excerpt that follows. */
    public static String firstLine(@Nullable String text) {
        return text == null ? "" : text.lines().findFirst().orElse("");
    }

    private static LoadSettings settings() {
        return LoadSettings.builder()
                .setSchema(new CoreSchema())
                .setCodePointLimit(Integer.MAX_VALUE)
                .setMaxAliasesForCollections(Integer.MAX_VALUE)
                .setAllowNonScalarKeys(true)
                .build();
    }
}
