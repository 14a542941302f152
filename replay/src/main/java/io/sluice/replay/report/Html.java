package io.sluice.replay.report;

import java.util.List;
import java.util.Locale;

/** Writes markup. Every text goes through {@link #text}, so nothing in it can become markup. */
final class Html {
    private final StringBuilder out = new StringBuilder();

    /** The text with every character that means something in markup replaced; others that cannot be seen as well. */
    static String escaped(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            switch (point) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.appendCodePoint(isVisible(point) ? point : '\uFFFD');
            }
        });
        return safe.toString();
    }

    private static boolean isVisible(int point) {
        int type = Character.getType(point);
        return !Character.isISOControl(point) && type != Character.FORMAT && type != Character.SURROGATE;
    }

    /** Markup that this program wrote. */
    Html raw(String markup) {
        out.append(markup);
        return this;
    }

    /** Text from anywhere. */
    Html text(String text) {
        out.append(escaped(text));
        return this;
    }

    /** An element with text from anywhere in it. */
    Html element(String name, String text) {
        return raw("<" + name + ">").text(text).raw("</" + name + ">\n");
    }

    /** A table of a person's, with the first row as its head. */
    Html table(TextTable table, int textColumns) {
        raw("<div class=\"scroll\"><table>\n");
        List<List<String>> rows = table.rows();
        for (int i = 0; i < rows.size(); i++) {
            String cell = i == 0 ? "th" : "td";
            raw("<tr>");
            for (int column = 0; column < rows.get(i).size(); column++) {
                raw("<" + cell + (column < textColumns ? "" : " class=\"number\"") + ">")
                        .text(
                                i == 0
                                        ? title(rows.get(i).get(column))
                                        : rows.get(i).get(column))
                        .raw("</" + cell + ">");
            }
            raw("</tr>\n");
        }
        return raw("</table></div>\n");
    }

    private static String title(String head) {
        return head.isEmpty() ? head : head.charAt(0) + head.substring(1).toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
