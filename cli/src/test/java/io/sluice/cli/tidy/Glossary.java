package io.sluice.cli.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The words that we do not use, and what to write instead: a table {@code | not | but |} in the glossary's section "Words we
 * do not use". Several words in one cell are parted by commas.
 *
 * <ul>
 *   <li>{@code memo} is a word of texts. It is not found in code, and in names of types as a part: {@code MemoKey}.
 *   <li>{@code turn (of an admission)} is the same: what is in brackets is for readers.
 *   <li>{@code judge*} is every word that begins so.
 *   <li>{@code `Desk`}, {@code `*Desk`} is a name, as it is written. It is found in names of types, and in texts as code.
 * </ul>
 */
final class Glossary {
    static final String FILE = "docs/GLOSSARY.md";
    static final String SECTION = "Words we do not use";

    private static final Pattern PART = Pattern.compile("[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+");

    private final List<Banned> banned;

    /**
     * A word that we do not use.
     *
     * @param text as the glossary has it
     * @param isName whether it is a name in code, not a word
     * @param instead what to write, or nothing
     */
    record Banned(String text, boolean isName, String instead) {
        /** Finds it in texts, also in the plural. */
        Pattern inText() {
            String words = text.replaceAll("\\s+", " ");
            boolean isBeginning = words.endsWith("*");
            String exact = Pattern.quote(isBeginning ? words.substring(0, words.length() - 1) : words)
                    .replace(" ", "\\E\\s+\\Q");
            return Pattern.compile(
                    "(?<![\\p{L}\\p{N}_-])" + exact + (isBeginning ? "\\p{L}*" : "(?:s|es)?") + "(?![\\p{L}\\p{N}_-])",
                    Pattern.CASE_INSENSITIVE);
        }

        /** Matches a name as a whole. */
        Pattern asName() {
            return Pattern.compile(Pattern.quote(text).replace("*", "\\E\\w*\\Q"));
        }

        /** Whether a type may not be called so. */
        boolean isIn(String typeName) {
            if (isName) {
                return asName().matcher(typeName).matches();
            }
            // The parts of a name are words as in a text: MemoKey is "Memo Key".
            Matcher parts = PART.matcher(typeName);
            StringBuilder words = new StringBuilder();
            while (parts.find()) {
                words.append(words.length() == 0 ? "" : " ").append(parts.group());
            }
            return inText().matcher(words).find();
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
