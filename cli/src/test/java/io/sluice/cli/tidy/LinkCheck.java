package io.sluice.cli.tidy;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Links of documents lead to files of the repository, and to headings that are there. */
final class LinkCheck {
    private final Repository repository;
    private final Map<String, Set<String>> anchors = new HashMap<>();

    LinkCheck(Repository repository) {
        this.repository = repository;
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        for (TextFile file : repository.files(TextFile::isMarkdown)) {
            for (Markdown.Span link : new Markdown(file).links()) {
                String problem = problem(file, link.text());
                if (problem != null) {
                    findings.add(file.finding(link.line(), problem));
                }
            }
        }
        return findings;
    }

    /** What is wrong with this link of this file, or null. */
    private String problem(TextFile from, String target) {
        if (target.matches("(?i)[a-z][a-z0-9+.-]*:.*")) {
            return null;
        }
        int hash = target.indexOf('#');
        String path = resolved(from, hash < 0 ? target : target.substring(0, hash));
        if (path == null || !repository.has(path)) {
            return "link to no file: " + target + " (expected: " + better(from, target) + ")";
        }
        TextFile file = repository.file(path);
        if (hash < 0 || file == null) {
            return null;
        }
        String anchor = target.substring(hash + 1);
        if (!file.isMarkdown()) {
            boolean isLine = anchor.matches("L\\d{1,6}(-L\\d{1,6})?");
            return isLine ? null : "anchor into a file without headings: " + target + " (expected: no anchor)";
        }
        Set<String> there = anchors.computeIfAbsent(path, any -> new Markdown(file).anchors());
        return there.contains(anchor)
                ? null
                : "link to no heading: " + target + " (expected: " + nearest(anchor, there) + ")";
    }

    /** The file or folder that a link names, from the root of the repository, or null if it is outside. */
    static String resolved(TextFile from, String target) {
        if (target.isEmpty()) {
            return from.path();
        }
        String decoded = URLDecoder.decode(target.replace("+", "%2B"), StandardCharsets.UTF_8);
        Path path = decoded.startsWith("/") ? Path.of(decoded.substring(1)) : Path.of(from.folder(), decoded);
        String normal = path.normalize().toString().replace('\\', '/');
        return normal.equals("..") || normal.startsWith("../") ? null : normal;
    }

    /** Links from this file to whatever has the name that the dead link ends with. */
    private String better(TextFile from, String target) {
        String path = target.replaceFirst("#.*", "").replaceFirst("/+$", "");
        List<String> candidates = repository.named(path.substring(path.lastIndexOf('/') + 1));
        if (candidates.isEmpty()) {
            return "a file of the repository";
        }
        List<String> links = new ArrayList<>();
        for (String candidate : candidates.subList(0, Math.min(3, candidates.size()))) {
            Path link = Path.of("/" + from.folder()).relativize(Path.of("/" + candidate));
            links.add(link.toString().replace('\\', '/'));
        }
        return String.join(" or ", links);
    }

    private static String nearest(String anchor, Set<String> there) {
        return there.stream()
                .min(Comparator.comparingInt(other -> distance(anchor, other)))
                .map(other -> "#" + other)
                .orElse("no anchor, since there is no heading");
    }

    /** Levenshtein's. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
