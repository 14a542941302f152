package io.sluice.cli.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The words that we do not use, and what to write instead: a table {@code | not | but |} in the glossary's section
 * "words we do not use". Several words in one cell are parted by commas. Say that these are in the table:
 *
 * <ul>
 *   <li>{@code flurb} is a word of texts. It is not found in code, and in names of types as a part: {@code FlurbKey}.
 *   <li>{@code quirk (of a lease)} is the same: what is in brackets is for readers.
 *   <li>{@code grok*} is every word that begins so.
 *   <li>{@code `*Zorb`} is a name, as it is written. It is found in names of types, and in texts as code.
 * </ul>
 */
final class Glossary {
    static final String FILE = "docs/GLOSSARY.md";
    static final String SECTION = "words we do not use";

    private static final Pattern PART = Pattern.compile("[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+");

    private final List<Banned> banned;

    /** A word that we do not use. */
    static final class Banned {
        private final boolean isName;
        private final String instead;
        private final Pattern pattern;

        /**
         * A word.
         *
         * @param text as the glossary has it
         * @param isName whether it is a name in code, not a word
         * @param instead what to write, or nothing
         */
        Banned(String text, boolean isName, String instead) {
            this.isName = isName;
            this.instead = instead;
            this.pattern = isName
                    ? Pattern.compile(Pattern.quote(text).replace("*", "\\E\\w*\\Q"))
                    : word(text.replaceAll("\\s+", " "));
        }

        /** Finds the word also in the plural. */
        private static Pattern word(String text) {
            boolean isBeginning = text.endsWith("*");
            String exact = Pattern.quote(isBeginning ? text.substring(0, text.length() - 1) : text)
                    .replace(" ", "\\E\\s+\\Q");
            String ending = isBeginning ? "\\p{L}*" : "(?:s|es)?";
            return Pattern.compile(
                    "(?<![\\p{L}\\p{N}_-])" + exact + ending + "(?![\\p{L}\\p{N}_-])", Pattern.CASE_INSENSITIVE);
        }

        boolean isName() {
            return isName;
        }

        /** What finds it in texts, if it is a word. */
        Pattern pattern() {
            return pattern;
        }

        /** Whether a type may not be called so. */
        boolean isIn(String typeName) {
            return isName
                    ? pattern.matcher(typeName).matches()
                    : pattern.matcher(words(typeName)).find();
        }

        /** The parts of a name are words as in a text: FlurbKey is "Flurb Key". */
        private static String words(String typeName) {
            StringBuilder words = new StringBuilder();
            Matcher parts = PART.matcher(typeName);
            while (parts.find()) {
                words.append(words.isEmpty() ? "" : " ").append(parts.group());
            }
            return words.toString();
        }

        String expected() {
            return instead.isEmpty() ? "another word" : instead;
        }
    }

    private Glossary(List<Banned> banned) {
        this.banned = List.copyOf(banned);
    }

    List<Banned> banned() {
        return banned;
    }

    /** What the file's table says; nothing if there is no such section. */
    static Glossary of(TextFile file) {
        List<Banned> banned = new ArrayList<>();
        boolean isHead = true;
        for (Markdown.Span line : new Markdown(file).section(SECTION)) {
            List<String> cells = Markdown.cells(line.text());
            if (cells.isEmpty()) {
                continue;
            }
            if (!isHead) {
                String instead = cells.size() > 1 ? cells.get(1).replaceAll("[`*]", "") : "";
                entries(cells.get(0)).forEach(entry -> add(entry, instead, banned));
            }
            isHead = false;
        }
        return new Glossary(banned);
    }

    private static List<String> entries(String cell) {
        // Brackets first: there may be commas in them.
        return List.of(cell.replaceAll("\\([^)]*\\)", "").split("[,;·]|\\s/\\s"));
    }

    private static void add(String entry, String instead, List<Banned> banned) {
        String text = entry.strip().replaceAll("^\\*\\*|\\*\\*$|[\"“”'’]", "").strip();
        boolean isName = text.startsWith("`");
        String bare = text.replace("`", "").strip();
        if (!bare.isEmpty() && !bare.equals("*")) {
            banned.add(new Banned(isName ? bare : bare.toLowerCase(Locale.ROOT), isName, instead));
        }
    }
}
