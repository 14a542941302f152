package io.sluice.replay.log;

import io.sluice.schemas.Utf8;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DocumentTree;
import io.sluice.schemas.control.TrustedKeys;
import io.sluice.schemas.control.VerifyingKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an export holds: {@code manifest.json} in its directory, written last, so that a directory without one was not
 * finished.
 *
 * @param origin the log that was exported
 * @param requestPartitions partitions of the request topic
 * @param replyPartitions partitions of the reply topic
 * @param anonymised whether accounts and clients have other names than they had
 * @param keys prove the control records in the export
 * @param requests what there is of each partition's requests, by partition
 * @param decisions what there is of each partition's decisions, by partition; empty if they were not exported
 * @param rules what there is of the rules topic; null if it was not exported
 * @param unproven the messages between partitions that the app refused
 */
public record LogManifest(
        String origin,
        int requestPartitions,
        int replyPartitions,
        boolean anonymised,
        TrustedKeys keys,
        List<Span> requests,
        List<Span> decisions,
        @Nullable Span rules,
        UnprovenOffsets unproven) {
    private static final String FILE = "manifest.json";
    private static final String KIND = "sluice-log";
    private static final long VERSION = 1;

    public LogManifest {
        requests = List.copyOf(requests);
        decisions = List.copyOf(decisions);
        if (requests.size() != requestPartitions || (!decisions.isEmpty() && decisions.size() != requestPartitions)) {
            throw new IllegalArgumentException("partitions: " + requests.size() + " of requests and " + decisions.size()
                    + " of decisions (expected: " + requestPartitions + ")");
        }
        if (requestPartitions < 1 || replyPartitions < 1) {
            throw new IllegalArgumentException("partitions: " + requestPartitions + " of requests, " + replyPartitions
                    + " of replies (expected: at least 1 of each)");
        }
    }

    /** Without what the rules writer published, of a log whose messages all were taken. */
    public LogManifest(
            String origin,
            int requestPartitions,
            int replyPartitions,
            boolean anonymised,
            TrustedKeys keys,
            List<Span> requests,
            List<Span> decisions) {
        this(
                origin,
                requestPartitions,
                replyPartitions,
                anonymised,
                keys,
                requests,
                decisions,
                /* rules= */ null,
                new UnprovenOffsets());
    }

    /**
     * The records in one file.
     *
     * @param beginOffset the first offset that the topic still had
     * @param endOffset the offset after the last record
     * @param records how many there are
     */
    public record Span(long beginOffset, long endOffset, long records) {
        public Span {
            if (beginOffset < 0 || endOffset < beginOffset || records < 0) {
                throw new IllegalArgumentException("span: " + beginOffset + ".." + endOffset + " with " + records
                        + " records (expected: offsets that go up)");
            }
        }
    }

    /** The file with a partition's requests. */
    public static Path requestsFile(Path directory, int partition) {
        return directory.resolve("requests-" + partition + ".log.gz");
    }

    /** The file with the decisions on a partition's requests. */
    public static Path decisionsFile(Path directory, int partition) {
        return directory.resolve("decisions-" + partition + ".log.gz");
    }

    /** The file with what the rules writer published. */
    public static Path rulesFile(Path directory) {
        return directory.resolve("rules.log.gz");
    }

    /** Whether a directory has an export. */
    public static boolean isIn(Path directory) {
        return Files.exists(directory.resolve(FILE));
    }

    public void write(Path directory) throws IOException {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("v", VERSION);
        tree.put("kind", KIND);
        tree.put("origin", origin);
        tree.put("requestPartitions", (long) requestPartitions);
        tree.put("replyPartitions", (long) replyPartitions);
        tree.put("anonymised", anonymised);
        tree.put("rulesKeys", keys.rules().toPem());
        tree.put("commandKeys", keys.commands().toPem());
        tree.put("requests", trees(requests));
        tree.put("decisions", trees(decisions));
        if (rules != null) {
            tree.put("rules", trees(List.of(rules)));
        }
        List<Object> refused = new ArrayList<>();
        for (int partition = 0; partition < requestPartitions; partition++) {
            refused.add(List.copyOf(unproven.of(partition)));
        }
        tree.put("unproven", refused);
        Files.writeString(directory.resolve(FILE), DocumentTree.toJson(tree) + "\n");
    }

    private static List<Object> trees(List<Span> spans) {
        List<Object> trees = new ArrayList<>();
        for (Span span : spans) {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("beginOffset", span.beginOffset());
            tree.put("endOffset", span.endOffset());
            tree.put("records", span.records());
            trees.add(tree);
        }
        return trees;
    }

    /**
     * Reads the manifest of an export.
     *
     * @throws LogException if there is none, or it is none of this version
     */
    public static LogManifest read(Path directory) throws LogException {
        Path file = directory.resolve(FILE);
        try {
            Object tree = DocumentTree.ofJson(Utf8.text("", Files.readAllBytes(file)));
            if (!(tree instanceof Map<?, ?> members)
                    || !KIND.equals(members.get("kind"))
                    || !Long.valueOf(VERSION).equals(members.get("v"))) {
                throw new LogException(
                        file + ": not the manifest of a log (expected: kind " + KIND + ", version " + VERSION + ")");
            }
            return new LogManifest(
                    text(members, "origin"),
                    Math.toIntExact(number(members, "requestPartitions")),
                    Math.toIntExact(number(members, "replyPartitions")),
                    Boolean.TRUE.equals(members.get("anonymised")),
                    new TrustedKeys(
                            VerifyingKeys.ofPem(text(members, "rulesKeys")),
                            VerifyingKeys.ofPem(text(members, "commandKeys"))),
                    spans(members.get("requests")),
                    spans(members.get("decisions")),
                    spans(members.get("rules")).stream().findFirst().orElse(null),
                    unproven(members.get("unproven")));
        } catch (NoSuchFileException e) {
            throw new LogException(
                    file + " does not exist (expected: a directory of `sluice log export` that was finished)", e);
        } catch (IOException | WireException | ArithmeticException | IllegalArgumentException e) {
            throw new LogException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static String text(Map<?, ?> members, String name) {
        if (members.get(name) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException(name + ": " + members.get(name) + " (expected: a text)");
    }

    private static long number(Map<?, ?> members, String name) {
        if (members.get(name) instanceof Long number) {
            return number;
        }
        throw new IllegalArgumentException(name + ": " + members.get(name) + " (expected: a whole number)");
    }

    /** An export of an older version has none. */
    private static UnprovenOffsets unproven(@Nullable Object list) throws LogException {
        UnprovenOffsets unproven = new UnprovenOffsets();
        List<?> partitions = list instanceof List<?> items ? items : List.of();
        for (int partition = 0; partition < partitions.size(); partition++) {
            for (Object offset : partitions.get(partition) instanceof List<?> offsets ? offsets : List.of()) {
                if (!(offset instanceof Long number)) {
                    throw new IllegalArgumentException("unproven: " + offset + " (expected: an offset)");
                }
                unproven.add(partition, number);
            }
        }
        return unproven;
    }

    private static List<Span> spans(@Nullable Object list) {
        List<Span> spans = new ArrayList<>();
        for (Object item : list instanceof List<?> items ? items : List.of()) {
            if (!(item instanceof Map<?, ?> span)) {
                throw new IllegalArgumentException(
                        "requests, decisions: " + item + " (expected: an object for each partition)");
            }
            spans.add(new Span(number(span, "beginOffset"), number(span, "endOffset"), number(span, "records")));
        }
        return spans;
    }
}
