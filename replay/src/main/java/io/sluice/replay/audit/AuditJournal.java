package io.sluice.replay.audit;

import io.sluice.replay.log.LogException;
import io.sluice.replay.run.FactsTree;
import io.sluice.replay.run.RunJournal;
import io.sluice.replay.run.RunWindow;
import io.sluice.schemas.WireException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The audits of the partitions that are done, in a {@link RunJournal}. */
public final class AuditJournal implements RunJournal.Form<PartitionAudit> {
    private AuditJournal() {}

    /**
     * Opens a journal, or begins one.
     *
     * @throws LogException if the file is none, or is about another log or another part of it
     */
    public static RunJournal<PartitionAudit> open(Path file, String log, RunWindow window) throws LogException {
        return RunJournal.open(file, new RunJournal.Subject("sluice-audit", log, window, Map.of()), new AuditJournal());
    }

    @Override
    public int partition(PartitionAudit audit) {
        return audit.facts().partition();
    }

    @Override
    public Map<String, Object> tree(PartitionAudit audit) {
        Map<String, Object> tree = new LinkedHashMap<>();
        FactsTree.put(tree, audit.facts(), audit.counters());
        tree.put("derived", audit.derived());
        tree.put("matched", audit.matched());
        tree.put("notCompared", audit.notCompared());
        tree.put("differences", audit.differences());
        tree.put("contradictions", audit.contradictions());
        List<Object> listed = new ArrayList<>();
        for (Difference difference : audit.listed()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("kind", difference.kind().name());
            one.put("name", difference.name());
            one.put("details", difference.details());
            listed.add(one);
        }
        tree.put("listed", listed);
        return tree;
    }

    @Override
    public PartitionAudit read(Map<?, ?> tree) throws WireException {
        int partition = Math.toIntExact(FactsTree.number(tree, "partition"));
        return new PartitionAudit(
                FactsTree.facts(tree),
                FactsTree.number(tree, "derived"),
                FactsTree.number(tree, "matched"),
                FactsTree.number(tree, "notCompared"),
                FactsTree.number(tree, "differences"),
                FactsTree.number(tree, "contradictions"),
                listed(partition, tree.get("listed")),
                FactsTree.counters(tree));
    }

    private static List<Difference> listed(int partition, @Nullable Object list) throws WireException {
        List<Difference> listed = new ArrayList<>();
        for (Object item : list instanceof List<?> items ? items : List.of()) {
            if (!(item instanceof Map<?, ?> one) || !(one.get("details") instanceof List<?> details)) {
                throw new WireException("listed", item + " (expected: a difference)");
            }
            listed.add(new Difference(
                    Difference.Kind.valueOf(String.valueOf(one.get("kind"))),
                    partition,
                    String.valueOf(one.get("name")),
                    details.stream().map(String::valueOf).toList()));
        }
        return listed;
    }
}
