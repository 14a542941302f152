package io.sluice.cli.tidy;

import java.util.List;

/**
 * A file with its lines.
 *
 * @param path from the root of the repository, with slashes
 */
record TextFile(String path, List<String> lines) {
    TextFile {
        lines = List.copyOf(lines);
    }

    static TextFile of(String path, String text) {
        return new TextFile(path, text.lines().toList());
    }

    /** The folder with a slash at its end, or nothing for the root. */
    String folder() {
        return path.substring(0, path.lastIndexOf('/') + 1);
    }

    /** The last part of the path. */
    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    boolean isMarkdown() {
        return path.endsWith(".md");
    }

    boolean isJava() {
        return path.endsWith(".java");
    }

    boolean isMainJava() {
        return isJava() && path.contains("/src/main/");
    }

    boolean isScript() {
        return path.endsWith(".sh") || path.endsWith(".py") || path.startsWith(".ci/") || !path.contains(".");
    }

    String text() {
        return String.join("\n", lines);
    }

    Finding finding(int line, String problem) {
        return new Finding(path, line, problem);
    }
}
