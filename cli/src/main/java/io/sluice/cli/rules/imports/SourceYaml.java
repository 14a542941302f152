package io.sluice.cli.rules.imports;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.YamlNodes;
import io.sluice.cli.rules.imports.SourceValue.Form;
import io.sluice.cli.rules.imports.SourceValue.Items;
import io.sluice.cli.rules.imports.SourceValue.Members;
import io.sluice.cli.rules.imports.SourceValue.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.ScalarStyle;
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
 * A reader of YAML files that keeps the line of each value. Scalars stay as they are written, since their meaning
 * depends on the program that the file is for.
 *
 * <p>An alias stands for the value of its anchor, and the composer has taken over what {@code <<} names. An alias
 * within its own anchor, and aliases that multiply, come to the bounds below.
 */
final class SourceYaml {
    static final int DEPTH_MAX = 100;
    /** Values of one file, those that aliases repeat included. */
    static final int VALUES_MAX = 1_000_000;
    /** Characters of one file. */
    static final int CHARS_MAX = 32_000_000;

    private final String file;
    private final SourceProblems problems;
    private int values;

    private SourceYaml(String file, SourceProblems problems) {
        this.file = file;
        this.problems = problems;
    }

    /**
     * Reads a file with one document.
     *
     * @param problems receives repeated keys and tags, with their lines
     * @return null for an empty file
     * @throws CommandFailure if it is no YAML, or beyond a bound
     */
    static @Nullable SourceValue read(String file, String text, SourceProblems problems) throws CommandFailure {
        if (text.length() > CHARS_MAX) {
            throw new CommandFailure(file + ": " + text.length() + " characters (expected: at most " + CHARS_MAX + ")");
        }
        try {
            // Before nodes are made of it, which takes a stack as deep as the file.
            Mark tooDeep = YamlNodes.deeperThan(DEPTH_MAX, text);
            if (tooDeep != null) {
                throw tooDeep(new SourcePlace(file, tooDeep.getLine() + 1));
            }
            Node root = YamlNodes.compose(text).orElse(null);
            return root == null ? null : new SourceYaml(file, problems).value(root, 0);
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(Mark::getLine).orElse(0) + 1;
            throw new CommandFailure(file + ":" + line + ": not valid YAML: " + YamlNodes.firstLine(e.getProblem()), e);
        } catch (YamlEngineException e) {
            throw new CommandFailure(file + ": not valid YAML: " + YamlNodes.firstLine(e.getMessage()), e);
        }
    }

    private static CommandFailure tooDeep(SourcePlace place) {
        return new CommandFailure(place + ": nested too deeply (expected: at most " + DEPTH_MAX + " levels)");
    }

    private SourcePlace place(Node node) {
        return new SourcePlace(file, node.getStartMark().map(Mark::getLine).orElse(0) + 1);
    }

    private SourceValue value(Node node, int depth) throws CommandFailure {
        if (depth > DEPTH_MAX) {
            throw tooDeep(place(node));
        }
        if (++values > VALUES_MAX) {
            throw new CommandFailure(
                    place(node) + ": too many values (expected: at most " + VALUES_MAX + ", aliases included)");
        }
        if (node instanceof MappingNode mapping && mapping.getTag().equals(Tag.MAP)) {
            return new Members(place(node), members(mapping, depth));
        }
        if (node instanceof SequenceNode sequence && sequence.getTag().equals(Tag.SEQ)) {
            List<SourceValue> items = new ArrayList<>();
            for (Node item : sequence.getValue()) {
                items.add(value(item, depth + 1));
            }
            return new Items(place(node), items);
        }
        if (node instanceof ScalarNode scalar) {
            Form form = form(scalar);
            if (form != null) {
                return new Scalar(place(node), scalar.getValue(), form);
            }
        }
        problems.add(place(node), "tag " + node.getTag() + " (expected: no tag)");
        return new Scalar(place(node), "", Form.NULL);
    }

    private Map<String, SourceValue> members(MappingNode mapping, int depth) throws CommandFailure {
        Map<String, SourceValue> members = new LinkedHashMap<>();
        for (NodeTuple member : mapping.getValue()) {
            if (!(member.getKeyNode() instanceof ScalarNode key)) {
                problems.add(place(member.getKeyNode()), "a list or an object as a key (expected: a name)");
                continue;
            }
            SourceValue value = value(member.getValueNode(), depth + 1);
            if (members.putIfAbsent(key.getValue(), value) != null) {
                problems.add(place(key), key.getValue() + " given twice (expected: once)");
            }
        }
        return members;
    }

    private static @Nullable Form form(ScalarNode scalar) {
        Tag tag = scalar.getTag();
        if (tag.equals(Tag.STR)) {
            return scalar.getScalarStyle() == ScalarStyle.PLAIN ? Form.WORD : Form.QUOTED;
        }
        if (tag.equals(Tag.NULL)) {
            return Form.NULL;
        }
        if (tag.equals(Tag.BOOL)) {
            return Form.BOOLEAN;
        }
        if (tag.equals(Tag.INT)) {
            return Form.INTEGER;
        }
        return tag.equals(Tag.FLOAT) ? Form.FLOAT : null;
    }
}
