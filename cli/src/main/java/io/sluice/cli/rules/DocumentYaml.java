package io.sluice.cli.rules;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.sluice.schemas.codec.DocumentTree;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A document as YAML; every text in quotes, so that none is read as something else. */
final class DocumentYaml {
    private static final YAMLFactory YAML = YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .build();

    private DocumentYaml() {}

    static String of(@Nullable Object tree) {
        StringWriter text = new StringWriter();
        try (JsonGenerator yaml = YAML.createGenerator(text)) {
            write(yaml, tree);
        } catch (IOException e) {
            throw new UncheckedIOException("a document in memory cannot be written", e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator yaml, @Nullable Object tree) throws IOException {
        if (tree instanceof Map<?, ?> members) {
            yaml.writeStartObject();
            for (Map.Entry<?, ?> member : members.entrySet()) {
                yaml.writeFieldName(String.valueOf(member.getKey()));
                write(yaml, member.getValue());
            }
            yaml.writeEndObject();
        } else if (tree instanceof List<?> items) {
            yaml.writeStartArray();
            for (Object item : items) {
                write(yaml, item);
            }
            yaml.writeEndArray();
        } else if (tree instanceof String text) {
            yaml.writeString(text);
        } else {
            // Numbers, booleans and null are in YAML what they are in JSON.
            yaml.writeNumber(DocumentTree.toJson(tree));
        }
    }
}
