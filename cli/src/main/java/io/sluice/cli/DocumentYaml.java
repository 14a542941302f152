package io.sluice.cli;

import io.sluice.schemas.codec.DocumentTree;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.StreamDataWriter;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import org.snakeyaml.engine.v2.schema.Schema;

/** A document as YAML; every text in quotes, so that none is read as something else. */
public final class DocumentYaml {
    private static final int INDENT = 2;
    private static final Schema SCHEMA = new CoreSchema();
    private static final DumpSettings SETTINGS = DumpSettings.builder()
            .setSchema(SCHEMA)
            .setIndent(INDENT)
            .setIndicatorIndent(INDENT)
            .setIndentWithIndicator(true)
            .setSplitLines(false)
            .build();

    private DocumentYaml() {}

    public static String of(@Nullable Object tree) {
        Text text = new Text();
        new Dump(SETTINGS).dumpNode(node(tree), text);
        return text.toString();
    }

    private static Node node(@Nullable Object tree) {
        if (tree instanceof Map<?, ?> members) {
            List<NodeTuple> pairs = new ArrayList<>(members.size());
            members.forEach((name, value) -> pairs.add(
                    new NodeTuple(new ScalarNode(Tag.STR, String.valueOf(name), ScalarStyle.PLAIN), node(value))));
            return new MappingNode(Tag.MAP, pairs, FlowStyle.BLOCK);
        }
        if (tree instanceof List<?> items) {
            List<Node> nodes = new ArrayList<>(items.size());
            items.forEach(item -> nodes.add(node(item)));
            return new SequenceNode(Tag.SEQ, nodes, FlowStyle.BLOCK);
        }
        if (tree instanceof String text) {
            return new ScalarNode(Tag.STR, text, ScalarStyle.DOUBLE_QUOTED);
        }
        // Numbers, booleans and null are in YAML what they are in JSON.
        String json = DocumentTree.toJson(tree);
        return new ScalarNode(SCHEMA.getScalarResolver().resolve(json, /* implicit= */ true), json, ScalarStyle.PLAIN);
    }

    /** The text written so far, in memory. */
    private static final class Text extends StringWriter implements StreamDataWriter {
        @Override
        public void flush() {
            super.flush();
        }
    }
}
