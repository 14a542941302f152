package io.sluice.replay.audit;

import io.sluice.replay.log.LogException;
import io.sluice.replay.run.PartitionFacts;
import io.sluice.replay.run.RunCounters;
import io.sluice.replay.run.RunWindow;
import io.sluice.replay.run.StartRules;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DocumentTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A file with the audits of the partitions that are done, each as soon as it is: an audit that was interrupted goes on
 * with the others. One JSON object a line; the first says what is audited. Thread-safe.
 */
public final class AuditJournal {
    private static final String KIND = "sluice-audit";
    private static final long VERSION = 1;

    private final Path file;
    private final Map<Integer, PartitionAudit> done = new TreeMap<>();

    private AuditJournal(Path file) {
        this.file = file;
    }

    /**
     * Opens a journal, or begins one.
     *
     * @throws LogException if the file is none, or is about another log or another part of it
     */
    public static AuditJournal open(Path file, String log, RunWindow window) throws LogException {
        AuditJournal journal = new AuditJournal(file);
        String head = head(log, window);
        try {
            List<String> lines = wholeLines(file);
            if (!lines.isEmpty() && !lines.get(0).equals(head)) {
                throw new LogException(file + ": " + shown(lines.get(0)) + " (expected: " + head
                        + ", the same log and the same absolute --from and --until; or a file that does not exist)");
            }
            for (String line : lines.isEmpty() ? lines : lines.subList(1, lines.size())) {
                PartitionAudit audit = read(line);
                journal.done.put(audit.facts().partition(), audit);
            }
            // Without the half of a line that an interruption may have left.
            List<String> kept = lines.isEmpty() ? List.of(head) : lines;
            Files.writeString(file, String.join("\n", kept) + "\n");
            return journal;
        } catch (IOException | WireException | RuntimeException e) {
            throw new LogException(file + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static List<String> wholeLines(Path file) throws IOException {
        try {
            String text = Files.readString(file);
            int end = text.lastIndexOf('\n');
            // A file of somebody else is not overwritten, whatever it has.
            return text.isEmpty()
                    ? List.of()
                    : (end < 0 ? text : text.substring(0, end)).lines().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private static String shown(String line) {
        return line.length() > 200 ? line.substring(0, 200) + "..." : line;
    }

    private static String head(String log, RunWindow window) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("v", VERSION);
        tree.put("kind", KIND);
        tree.put("log", log);
        tree.put("window", window.toString());
        return DocumentTree.toJson(tree);
    }

    /** The audits that are done, by partition. */
    public synchronized Map<Integer, PartitionAudit> done() {
        return Map.copyOf(done);
    }

    /**
     * Keeps an audit.
     *
     * @throws LogException if it cannot be written
     */
    public synchronized void add(PartitionAudit audit) throws LogException {
        try {
            Files.writeString(
                    file,
                    line(audit) + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.APPEND,
                    StandardOpenOption.SYNC);
            done.put(audit.facts().partition(), audit);
        } catch (IOException e) {
            throw new LogException(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    private static String line(PartitionAudit audit) {
        PartitionFacts facts = audit.facts();
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("partition", (long) facts.partition());
        tree.put("beginOffset", facts.beginOffset());
        tree.put("firstOffset", facts.firstOffset());
        tree.put("lastOffset", facts.lastOffset());
        tree.put("firstMillis", facts.firstMillis());
        tree.put("lastMillis", facts.lastMillis());
        tree.put("before", facts.before());
        tree.put("records", facts.records());
        tree.put("missing", facts.missing());
        tree.put("withoutRules", facts.withoutRules());
        tree.put("start", facts.start().name());
        tree.put("startRevision", facts.startRules().revision());
        tree.put("startIsUncertain", facts.startRules().isUncertain());
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
        tree.put("clockClamps", audit.counters().clockClamps());
        tree.put("clockSteps", audit.counters().clockSteps());
        tree.put("refused", new TreeMap<>(audit.counters().refused()));
        return DocumentTree.toJson(tree);
    }

    private static PartitionAudit read(String line) throws WireException {
        if (!(DocumentTree.ofJson(line) instanceof Map<?, ?> tree)) {
            throw new WireException("", "a line that is no object (expected: the audit of a partition)");
        }
        int partition = Math.toIntExact(number(tree, "partition"));
        PartitionFacts facts = new PartitionFacts(
                partition,
                number(tree, "beginOffset"),
                number(tree, "firstOffset"),
                number(tree, "lastOffset"),
                number(tree, "firstMillis"),
                number(tree, "lastMillis"),
                number(tree, "before"),
                number(tree, "records"),
                number(tree, "missing"),
                number(tree, "withoutRules"),
                PartitionFacts.Start.valueOf(String.valueOf(tree.get("start"))),
                new StartRules(
                        null, number(tree, "startRevision"), null, Boolean.TRUE.equals(tree.get("startIsUncertain"))));
        Map<String, Long> refused = new TreeMap<>();
        if (tree.get("refused") instanceof Map<?, ?> counts) {
            for (Object reason : counts.keySet()) {
                refused.put(String.valueOf(reason), number(counts, String.valueOf(reason)));
            }
        }
        return new PartitionAudit(
                facts,
                number(tree, "derived"),
                number(tree, "matched"),
                number(tree, "notCompared"),
                number(tree, "differences"),
                number(tree, "contradictions"),
                listed(partition, tree.get("listed")),
                new RunCounters(number(tree, "clockClamps"), number(tree, "clockSteps"), refused));
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

    private static long number(Map<?, ?> tree, String name) throws WireException {
        if (tree.get(name) instanceof Long number) {
            return number;
        }
        throw new WireException(name, tree.get(name) + " (expected: a whole number)");
    }
}
