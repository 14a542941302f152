package io.sluice.cli.rules.imports;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A finding: something of an imported file that the ruleset could not take over unchanged.
 *
 * @param text the text in the file
 * @param reason why it could not be carried over, or what is different now
 * @param instead what to do
 */
record ImportFinding(Kind kind, SourcePlace place, String text, String reason, String instead) {
    /** The severity of a finding. */
    enum Kind {
        /** It has no effect any more. */
        LOST("not carried over"),
        /** It has another effect in cases that the reason names. */
        CHANGED("changed"),
        /** Nothing is refused or allowed that was not before. */
        NOTE("note");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /** Findings in the order of these files and of their lines. */
    static List<ImportFinding> inOrder(List<ImportFinding> findings, List<String> files) {
        return findings.stream()
                .sorted(Comparator.comparingInt((ImportFinding finding) ->
                                files.indexOf(finding.place().file()))
                        .thenComparingInt(finding -> finding.place().line()))
                .toList();
    }

    List<String> lines() {
        return List.of(place + ": " + kind.words() + ": " + text, "  because: " + reason, "  instead: " + instead);
    }

    Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("kind", kind.words());
        tree.put("file", place.file());
        tree.put("line", (long) place.line());
        tree.put("text", text);
        tree.put("reason", reason);
        tree.put("instead", instead);
        return tree;
    }
}
