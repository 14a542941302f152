package io.sluice.cli.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Lines, sentences and files have a bound; a name of a type has one meaning. */
final class SizeCheck {
    static final int COLUMNS_MAX = 120;
    static final int SENTENCE_WORDS_MAX = 35;
    static final int JAVA_LINES_MAX = 600;

    private static final int QUOTED_CHARACTERS = 60;

    private SizeCheck() {}

    /** Lines that an editor or a review would wrap. Rows of tables cannot be wrapped, nor can addresses. */
    static List<Finding> longLines(Repository repository) {
        List<Finding> findings = new ArrayList<>();
        for (TextFile file : repository.files(any -> any.isMarkdown() || any.isJava() || any.isScript())) {
            for (int i = 0; i < file.lines().size(); i++) {
                String line = file.lines().get(i);
                int columns = columns(file.isMarkdown() ? withoutAddresses(line) : line);
                if (columns > COLUMNS_MAX && !cannotBeWrapped(file, line)) {
                    findings.add(file.finding(
                            i + 1, "columns: " + columns + " (expected: at most " + COLUMNS_MAX + "; wrap the line)"));
                }
            }
        }
        return findings;
    }

    private static boolean cannotBeWrapped(TextFile file, String line) {
        if (file.isMarkdown()) {
            return line.strip().startsWith("|");
        }
        // A row of a test's table is one string, and an import is one name.
        boolean isRow = file.isJava() && !file.isMainJava() && line.strip().matches("\".*\",?");
        return isRow || (file.isJava() && line.startsWith("import "));
    }

    private static int columns(String line) {
        return line.codePointCount(0, line.length());
    }

    private static String withoutAddresses(String line) {
        return line.replaceAll("]\\([^)]*\\)", "]()").replaceAll("https?://\\S+", "");
    }

    static List<Finding> longSentences(Repository repository) {
        List<Finding> findings = new ArrayList<>();
        for (TextFile file : repository.files(TextFile::isMarkdown)) {
            for (Markdown.Span sentence : new Markdown(file).sentences()) {
                int words = Markdown.words(sentence.text());
                if (words > SENTENCE_WORDS_MAX) {
                    findings.add(file.finding(
                            sentence.line(),
                            "words in a sentence: " + words + " (expected: at most " + SENTENCE_WORDS_MAX
                                    + "; make two of it): " + beginning(sentence.text())));
                }
            }
        }
        return findings;
    }

    private static String beginning(String text) {
        return text.length() <= QUOTED_CHARACTERS ? text : text.substring(0, QUOTED_CHARACTERS) + "…";
    }

    static List<Finding> longFiles(Repository repository) {
        List<Finding> findings = new ArrayList<>();
        for (TextFile file : repository.files(TextFile::isJava)) {
            int lines = file.lines().size();
            if (lines > JAVA_LINES_MAX) {
                findings.add(file.finding(
                        JAVA_LINES_MAX + 1,
                        "lines: " + lines + " (expected: at most " + JAVA_LINES_MAX + "; one concept in a file)"));
            }
        }
        return findings;
    }

    /** Two types of one name in two packages: whoever reads the name does not know which. */
    static List<Finding> sharedNames(Repository repository) {
        TreeMap<String, TextFile> seen = new TreeMap<>();
        List<Finding> findings = new ArrayList<>();
        for (TextFile file : repository.files(TextFile::isMainJava)) {
            if (file.name().equals("package-info.java") || file.name().equals("module-info.java")) {
                continue;
            }
            TextFile other = seen.putIfAbsent(file.name(), file);
            if (other != null) {
                findings.add(file.finding(
                        1,
                        "type: " + file.name().replace(".java", "") + " (expected: another name than that of "
                                + other.path() + ")"));
            }
        }
        return findings;
    }
}
