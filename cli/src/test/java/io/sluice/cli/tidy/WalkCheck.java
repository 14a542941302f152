package io.sluice.cli.tidy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The way of one request through the code, as docs/ARCHITECTURE.md lists it: short, and without coming back to a class
 * that has passed the request on. {@link LinkCheck} says whether the files are there.
 */
final class WalkCheck {
    static final String FILE = "docs/ARCHITECTURE.md";
    /** The heading of the table from the caller to the decision. */
    static final String WAY_IN = "The way in";
    /** The heading of the table from the decision to the caller. */
    static final String WAY_BACK = "The way back";

    static final int ROWS_MAX = 30;
    static final int FILES_MAX = 55;

    private WalkCheck() {}

    static List<Finding> findings(Repository repository) {
        TextFile file = repository.file(FILE);
        if (file == null) {
            return List.of(new Finding(FILE, 1, "file: none (expected: the walk of a request)"));
        }
        Markdown document = new Markdown(file);
        List<Finding> findings = new ArrayList<>();
        List<Markdown.Span> in = rows(file, document, WAY_IN, findings);
        List<Markdown.Span> back = rows(file, document, WAY_BACK, findings);
        returns(file, in, findings);

        List<Markdown.Span> all = new ArrayList<>(in);
        all.addAll(back);
        Set<String> linked = new LinkedHashSet<>();
        for (int i = 0; i < all.size(); i++) {
            Markdown.Span row = all.get(i);
            linked.addAll(files(file, row));
            String number = Markdown.cells(row.text()).get(0);
            if (!number.equals(Integer.toString(i + 1))) {
                findings.add(file.finding(row.line(), "number of the row: " + number + " (expected: " + (i + 1) + ")"));
            }
            if (files(file, row).isEmpty()) {
                findings.add(file.finding(row.line(), "links in the row: none (expected: the file that it is about)"));
            }
        }
        bound(file, all, "rows of the walk", all.size(), ROWS_MAX, findings);
        bound(file, all, "files of the walk", linked.size(), FILES_MAX, findings);
        return findings;
    }

    private static List<Markdown.Span> rows(TextFile file, Markdown document, String heading, List<Finding> findings) {
        List<Markdown.Span> rows = new ArrayList<>();
        boolean isHead = true;
        for (Markdown.Span line : document.section(heading)) {
            if (Markdown.cells(line.text()).isEmpty()) {
                continue;
            }
            if (!isHead) {
                rows.add(line);
            }
            isHead = false;
        }
        if (rows.isEmpty()) {
            findings.add(
                    file.finding(1, "table below \"" + heading + "\": none (expected: | # | where | what happens |)"));
        }
        return rows;
    }

    private static void returns(TextFile file, List<Markdown.Span> rows, List<Finding> findings) {
        Map<String, Markdown.Span> visited = new HashMap<>();
        for (Markdown.Span row : rows) {
            for (String path : files(file, row)) {
                Markdown.Span before = visited.putIfAbsent(path, row);
                if (before != null) {
                    findings.add(file.finding(
                            row.line(),
                            "second visit: " + path + " (expected: once on the way in; it is in line " + before.line()
                                    + ")"));
                }
            }
        }
    }

    private static Set<String> files(TextFile file, Markdown.Span row) {
        Set<String> files = new LinkedHashSet<>();
        for (String target : Markdown.linksIn(row.text())) {
            String path = LinkCheck.resolved(file, target.replaceFirst("#.*", ""));
            if (path != null && path.endsWith(".java")) {
                files.add(path);
            }
        }
        return files;
    }

    private static void bound(
            TextFile file, List<Markdown.Span> rows, String what, int count, int max, List<Finding> findings) {
        if (count > max) {
            int line = rows.get(rows.size() - 1).line();
            findings.add(file.finding(line, what + ": " + count + " (expected: at most " + max + ")"));
        }
    }
}
