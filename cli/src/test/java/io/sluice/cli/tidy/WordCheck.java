package io.sluice.cli.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Documents and names of types use the words of the glossary. */
final class WordCheck {
    private static final Pattern TYPE =
            Pattern.compile("(?:^|\\s)(?:class|interface|enum|record|@interface)\\s+([A-Z]\\w*)");
    private static final Pattern IDENTIFIER = Pattern.compile("\\w+");

    private WordCheck() {}

    static List<Finding> findings(Repository repository) {
        TextFile file = repository.file(Glossary.FILE);
        Glossary glossary = file == null ? null : Glossary.of(file);
        if (glossary == null || glossary.banned().isEmpty()) {
            return List.of(new Finding(
                    Glossary.FILE,
                    1,
                    "section: none (expected: \"" + Glossary.SECTION + "\" with a table | not | but |)"));
        }
        List<Finding> findings = new ArrayList<>();
        // The glossary has to say what it forbids, and the changelog what was.
        repository
                .files(any -> any.isMarkdown() && any != file && !any.path().equals("CHANGELOG.md"))
                .forEach(document -> inDocument(document, glossary, findings));
        repository.files(TextFile::isJava).forEach(java -> inTypes(java, glossary, findings));
        return findings.stream().distinct().toList();
    }

    private static void inDocument(TextFile file, Glossary glossary, List<Finding> findings) {
        Markdown document = new Markdown(file);
        for (Glossary.Banned banned : glossary.banned()) {
            if (!banned.isName()) {
                for (Markdown.Span word : document.matches(banned.pattern())) {
                    findings.add(file.finding(word.line(), "word: " + word.text() + expected(banned)));
                }
            }
        }
        for (Markdown.Span code : document.code()) {
            IDENTIFIER.matcher(code.text()).results().map(name -> name.group()).forEach(name -> {
                for (Glossary.Banned banned : glossary.banned()) {
                    if (banned.isName() && banned.isIn(name)) {
                        findings.add(file.finding(code.line(), "name: " + name + expected(banned)));
                    }
                }
            });
        }
    }

    private static void inTypes(TextFile file, Glossary glossary, List<Finding> findings) {
        for (int i = 0; i < file.lines().size(); i++) {
            String line = file.lines().get(i);
            if (line.strip().startsWith("*") || line.strip().startsWith("/") || line.contains("\"")) {
                continue;
            }
            Matcher type = TYPE.matcher(line);
            while (type.find()) {
                for (Glossary.Banned banned : glossary.banned()) {
                    if (banned.isIn(type.group(1))) {
                        findings.add(file.finding(i + 1, "type: " + type.group(1) + expected(banned)));
                    }
                }
            }
        }
    }

    private static String expected(Glossary.Banned banned) {
        return " (expected: " + banned.expected() + ")";
    }
}
