package io.sluice.replay.report;

import java.util.ArrayList;
import java.util.List;

/** Rows in columns of equal width; the first row is the head, and columns of numbers are on the right. */
final class TextTable {
    private final int textColumns;
    private final List<List<String>> rows = new ArrayList<>();

    /**
     * A table with a head.
     *
     * @param textColumns how many columns from the left hold text
     */
    TextTable(int textColumns, String... head) {
        this.textColumns = textColumns;
        rows.add(List.of(head));
    }

    void row(String... cells) {
        rows.add(List.of(cells));
    }

    boolean isEmpty() {
        return rows.size() == 1;
    }

    List<List<String>> rows() {
        return rows;
    }

    List<String> lines() {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String padding = " ".repeat(widths[i] - row.get(i).length());
                line.append(i < textColumns ? row.get(i) + padding : padding + row.get(i))
                        .append("  ");
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    /** As Markdown, for comments on a pull request. */
    List<String> markdown() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            StringBuilder line = new StringBuilder("|");
            rows.get(i)
                    .forEach(cell -> line.append(' ')
                            .append(cell.replace("|", "\\|")
                                    .replace("<", "&lt;")
                                    .replaceAll("[\\r\\n]+", " "))
                            .append(" |"));
            lines.add(line.toString());
            if (i == 0) {
                StringBuilder rule = new StringBuilder("|");
                for (int column = 0; column < rows.get(0).size(); column++) {
                    rule.append(column < textColumns ? " --- |" : " ---: |");
                }
                lines.add(rule.toString());
            }
        }
        return lines;
    }
}
