package io.sluice.replay.run;

import io.sluice.replay.log.LogException;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DocumentTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A file with the results of the partitions that are done, each as soon as it is: a run that was interrupted goes on
 * with the others. One JSON object a line; the first says what is run. Thread-safe.
 *
 * @param <R> what a partition comes to
 */
public final class RunJournal<R> {
    private static final long VERSION = 1;

    private final Path file;
    private final Form<R> form;
    private final Map<Integer, R> done = new TreeMap<>();

    private RunJournal(Path file, Form<R> form) {
        this.file = file;
        this.form = form;
    }

    /** How the result of a partition is written. */
    public interface Form<R> {
        /** The partition of a result. */
        int partition(R result);

        /** As JSON. */
        Map<String, Object> tree(R result);

        /**
         * What {@link #tree} wrote.
         *
         * @throws WireException naming the member that is wrong
         */
        R read(Map<?, ?> tree) throws WireException;
    }

    /**
     * What is run: a file that is about something else is refused.
     *
     * @param kind of the results
     * @param log what the log is called
     * @param terms what else the results depend on
     */
    public record Subject(String kind, String log, RunWindow window, Map<String, String> terms) {
        public Subject {
            terms = Map.copyOf(terms);
        }

        private String line() {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("v", VERSION);
            tree.put("kind", kind);
            tree.put("log", log);
            tree.put("window", window.toString());
            tree.putAll(new TreeMap<>(terms));
            return DocumentTree.toJson(tree);
        }
    }

    /**
     * Opens a journal, or begins one.
     *
     * @throws LogException if the file is none, or is about something else
     */
    public static <R> RunJournal<R> open(Path file, Subject subject, Form<R> form) throws LogException {
        RunJournal<R> journal = new RunJournal<>(file, form);
        String head = subject.line();
        try {
            List<String> lines = wholeLines(file);
            if (!lines.isEmpty() && !lines.get(0).equals(head)) {
                throw new LogException(file + ": " + shown(lines.get(0)) + " (expected: " + head
                        + ", the same log and the same absolute --from and --until; or a file that does not exist)");
            }
            for (String line : lines.isEmpty() ? lines : lines.subList(1, lines.size())) {
                R result = journal.read(line);
                journal.done.put(form.partition(result), result);
            }
            // Without the half of a line that an interruption may have left.
            List<String> kept = lines.isEmpty() ? List.of(head) : lines;
            Files.writeString(file, String.join("\n", kept) + "\n");
            return journal;
        } catch (IOException | WireException | RuntimeException e) {
            throw new LogException(file + " cannot be used: " + e.getMessage(), e);
        }
    }

    private R read(String line) throws WireException {
        if (DocumentTree.ofJson(line) instanceof Map<?, ?> tree) {
            return form.read(tree);
        }
        throw new WireException("", "a line that is no object (expected: the result of a partition)");
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

    /** The results that are there, by partition. */
    public synchronized Map<Integer, R> done() {
        return Map.copyOf(done);
    }

    /**
     * Keeps a result.
     *
     * @throws LogException if it cannot be written
     */
    public synchronized void add(R result) throws LogException {
        try {
            Files.writeString(
                    file,
                    DocumentTree.toJson(form.tree(result)) + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.APPEND,
                    StandardOpenOption.SYNC);
            done.put(form.partition(result), result);
        } catch (IOException e) {
            throw new LogException(file + " cannot be written: " + e.getMessage(), e);
        }
    }
}
