package io.sluice.cli;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A reader of one YAML 1.2 document (core schema), which becomes a tree of maps, lists, strings, longs, booleans and
 * null; JSON is YAML, too.
 *
 * <p>So {@code off} is a word, {@code 0100} is a hundred, {@code 0x10} is sixteen, {@code 1_000} is a word, and an
 * alias stands for the value of its anchor. Keys are always text. Tags of other types and repeated keys are refused.
 */
public final class YamlDocument {
    private static final int DEPTH_MAX = 16;
    /** Values of one document, those that aliases repeat included. */
    private static final int VALUES_MAX = 1_000_000;

    private final String name;
    private int values;

    private YamlDocument(String name) {
        this.name = name;
    }

    /**
     * Reads a document.
     *
     * @param name of the document, for messages
     * @return null for an empty one
     * @throws CommandFailure with the line of what is wrong
     */
    public static @Nullable Object read(String name, String text) throws CommandFailure {
        try {
            YamlDocument document = new YamlDocument(name);
            // The last of these has no room for values of its own.
            Mark tooDeep = YamlNodes.deeperThan(DEPTH_MAX + 1, text);
            if (tooDeep != null) {
                throw document.tooDeep(Optional.of(tooDeep));
            }
            Node root = YamlNodes.compose(text).orElse(null);
            return root == null ? null : document.value(root, 0);
        } catch (MarkedYamlEngineException e) {
            String place = e.getProblemMark().map(YamlDocument::lineOf).orElse("");
            throw new CommandFailure(name + ": not valid YAML" + place + ": " + problem(e), e);
        } catch (YamlEngineException e) {
            throw new CommandFailure(name + ": not valid YAML: " + YamlNodes.firstLine(e.getMessage()), e);
        }
    }

    private static String problem(MarkedYamlEngineException e) {
        String problem = YamlNodes.firstLine(e.getProblem());
        return problem.contains("'\\t") ? "a tab (expected: spaces for indentation)" : problem;
    }

    private static String lineOf(Mark mark) {
        return " at line " + (mark.getLine() + 1);
    }

    private CommandFailure tooDeep(Optional<Mark> mark) {
        return wrong(mark, "nested too deeply (expected: at most " + DEPTH_MAX + " levels)");
    }

    private CommandFailure wrong(Node node, String message) {
        return wrong(node.getStartMark(), message);
    }

    private CommandFailure wrong(Optional<Mark> mark, String message) {
        String place = mark.map(YamlDocument::lineOf).orElse("");
        return new CommandFailure(name + ": not valid YAML" + place + ": " + message);
    }

    private @Nullable Object value(Node node, int depth) throws CommandFailure {
        if (depth > DEPTH_MAX) {
            throw tooDeep(node.getStartMark());
        }
        if (++values > VALUES_MAX) {
            throw wrong(node, "too many values (expected: at most " + VALUES_MAX + ")");
        }
        if (node instanceof MappingNode mapping && mapping.getTag().equals(Tag.MAP)) {
            return object(mapping, depth);
        }
        if (node instanceof SequenceNode sequence && sequence.getTag().equals(Tag.SEQ)) {
            List<@Nullable Object> items = new ArrayList<>();
            for (Node item : sequence.getValue()) {
                items.add(value(item, depth + 1));
            }
            return items;
        }
        if (node instanceof ScalarNode scalar) {
            return scalar(scalar);
        }
        throw wrong(node, "tag " + node.getTag() + " (expected: no tag)");
    }

    private Map<String, @Nullable Object> object(MappingNode mapping, int depth) throws CommandFailure {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        for (NodeTuple member : mapping.getValue()) {
            if (!(member.getKeyNode() instanceof ScalarNode key)) {
                throw wrong(member.getKeyNode(), "a list or an object as a key (expected: a name)");
            }
            if (members.containsKey(key.getValue())) {
                throw wrong(key, key.getValue() + " given twice (expected: once)");
            }
            members.put(key.getValue(), value(member.getValueNode(), depth + 1));
        }
        return members;
    }

    private @Nullable Object scalar(ScalarNode scalar) throws CommandFailure {
        String text = scalar.getValue();
        Tag tag = scalar.getTag();
        if (tag.equals(Tag.STR)) {
            return text;
        }
        if (tag.equals(Tag.NULL)) {
            return null;
        }
        if (tag.equals(Tag.BOOL)) {
            return Boolean.valueOf(text);
        }
        try {
            if (tag.equals(Tag.INT)) {
                return integer(text);
            }
            if (tag.equals(Tag.FLOAT)) {
                return new BigDecimal(text);
            }
        } catch (NumberFormatException e) {
            throw wrong(scalar, text + " (expected: a number that is finite)");
        }
        throw wrong(scalar, "tag " + tag + " (expected: no tag)");
    }

    private static Number integer(String text) {
        boolean isHex = text.startsWith("0x");
        BigInteger number = isHex || text.startsWith("0o")
                ? new BigInteger(text.substring(2), isHex ? 16 : 8)
                : new BigInteger(text);
        return number.bitLength() < Long.SIZE ? (Number) number.longValue() : number;
    }
}
