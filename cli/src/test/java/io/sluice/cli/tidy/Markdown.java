package io.sluice.cli.tidy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * What the checks need of a Markdown document: headings, links, sentences and code.
 *
 * <p>It is no parser. Code and comments are masked by as many other characters, so that whatever is found in the rest
 * has its place in the file.
 */
final class Markdown {
    private static final Pattern FENCE = Pattern.compile("\\s*(```+|~~~+).*");
    private static final Pattern HEADING = Pattern.compile("(#{1,6})\\s+(.*?)\\s*#*\\s*");
    private static final Pattern ITEM = Pattern.compile("\\s*(?:[-*+]|\\d+[.)])\\s+(.*)");
    private static final Pattern COMMENT = Pattern.compile("<!--.*?-->", Pattern.DOTALL);
    /** Code of one paragraph: as many backticks at its end as at its beginning. */
    private static final Pattern CODE =
            Pattern.compile("(?<!`)(`+)(?!`)((?:(?!\\n\\s*\\n).)+?)(?<!`)\\1(?!`)", Pattern.DOTALL);

    private static final Pattern LINK =
            Pattern.compile("\\[[^\\[\\]]*(?:\\[[^\\[\\]]*][^\\[\\]]*)*]\\(\\s*([^()\\s]+)[^()]*\\)");
    private static final Pattern REFERENCE = Pattern.compile("(?m)^\\s*\\[[^\\]]+]:\\s*(\\S+)");
    private static final Pattern HTML = Pattern.compile("\\b(?:href|src)=\"([^\"]+)\"");
    private static final Pattern HTML_ANCHOR = Pattern.compile("\\b(?:id|name)=\"([^\"]+)\"");

    private static final char MASK = 'X';
    /** Is no white space to a pattern, so that code stays one word. */
    private static final char HARD_SPACE = '\u00a0';

    private final TextFile file;
    /** Without fences and comments; code has a mask. */
    private final String prose;
    /** Without fences and comments. */
    private final String proseWithCode;
    /** Without fences and comments; each piece of code is one word. */
    private final String proseInWords;
    /** Where in the prose each line begins. */
    private final int[] lineStarts;

    private final List<Span> code = new ArrayList<>();

    /** Some text, and the line in which it begins. */
    record Span(int line, String text) {}

    Markdown(TextFile file) {
        this.file = file;
        proseWithCode = blanked(COMMENT, withoutFences(file.lines()));
        lineStarts = IntStream.concat(
                        IntStream.of(0),
                        IntStream.range(0, proseWithCode.length())
                                .filter(i -> proseWithCode.charAt(i) == '\n')
                                .map(i -> i + 1))
                .toArray();
        StringBuilder masked = new StringBuilder(proseWithCode);
        StringBuilder inWords = new StringBuilder(proseWithCode);
        Matcher spans = CODE.matcher(proseWithCode);
        while (spans.find()) {
            code.add(new Span(lineOf(spans.start()), spans.group(2)));
            mask(masked, spans.start(), spans.end(), MASK);
            for (int i = spans.start(); i < spans.end(); i++) {
                if (inWords.charAt(i) == ' ') {
                    inWords.setCharAt(i, HARD_SPACE);
                }
            }
        }
        prose = masked.toString();
        proseInWords = inWords.toString();
    }

    private static String withoutFences(List<String> lines) {
        StringBuilder text = new StringBuilder();
        String fence = null;
        for (String line : lines) {
            Matcher mark = FENCE.matcher(line);
            boolean opens = fence == null && mark.matches();
            boolean closes = fence != null && line.strip().startsWith(fence);
            text.append(fence == null && !opens ? line : "").append('\n');
            if (opens) {
                fence = mark.group(1);
            } else if (closes) {
                fence = null;
            }
        }
        return text.toString();
    }

    private static String blanked(Pattern pattern, String text) {
        StringBuilder blanked = new StringBuilder(text);
        Matcher matches = pattern.matcher(text);
        while (matches.find()) {
            mask(blanked, matches.start(), matches.end(), ' ');
        }
        return blanked.toString();
    }

    private static void mask(StringBuilder text, int start, int end, char mask) {
        for (int i = start; i < end; i++) {
            if (text.charAt(i) != '\n') {
                text.setCharAt(i, mask);
            }
        }
    }

    private int lineOf(int offset) {
        int found = Arrays.binarySearch(lineStarts, offset);
        return found >= 0 ? found + 1 : -found - 1;
    }

    /** Code within the text, without its backticks. */
    List<Span> code() {
        return code;
    }

    /** Where this pattern is in the text, outside of code, links' targets and comments. */
    List<Span> matches(Pattern pattern) {
        List<Span> found = new ArrayList<>();
        Matcher matches = pattern.matcher(withoutTargets(prose));
        while (matches.find()) {
            found.add(new Span(lineOf(matches.start()), matches.group().replaceAll("\\s+", " ")));
        }
        return found;
    }

    private String withoutTargets(String from) {
        StringBuilder text = new StringBuilder(from);
        for (Pattern pattern : List.of(LINK, REFERENCE, HTML)) {
            Matcher links = pattern.matcher(prose);
            while (links.find()) {
                mask(text, links.start(1), links.end(1), ' ');
            }
        }
        return text.toString();
    }

    /** The targets of all links and pictures. */
    List<Span> links() {
        List<Span> found = new ArrayList<>();
        for (Pattern pattern : List.of(LINK, REFERENCE, HTML)) {
            Matcher links = pattern.matcher(prose);
            while (links.find()) {
                found.add(new Span(lineOf(links.start(1)), links.group(1)));
            }
        }
        return found;
    }

    /** The targets of the links in one line, whatever is around them. */
    static List<String> linksIn(String line) {
        return LINK.matcher(line).results().map(link -> link.group(1)).toList();
    }

    /** The headings, without marks. */
    List<Span> headings() {
        List<Span> found = new ArrayList<>();
        String[] lines = proseWithCode.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            Matcher heading = HEADING.matcher(lines[i]);
            if (heading.matches()) {
                found.add(new Span(i + 1, plain(heading.group(2))));
            }
        }
        return found;
    }

    private static String plain(String heading) {
        return heading.replaceAll("!?\\[([^\\]]*)]\\([^)]*\\)", "$1").replaceAll("[`*]", "");
    }

    /** What a link may name after #, as forges make it of headings. */
    Set<String> anchors() {
        Set<String> anchors = new LinkedHashSet<>();
        Map<String, Integer> seen = new HashMap<>();
        for (Span heading : headings()) {
            String anchor = heading.text()
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-');
            int earlier = seen.merge(anchor, 1, Integer::sum) - 1;
            anchors.add(earlier == 0 ? anchor : anchor + "-" + earlier);
        }
        HTML_ANCHOR.matcher(proseWithCode).results().forEach(anchor -> anchors.add(anchor.group(1)));
        return anchors;
    }

    /** The lines below a heading that contains these words, up to the next heading. */
    List<Span> section(String words) {
        List<Span> headings = headings();
        for (int i = 0; i < headings.size(); i++) {
            if (headings.get(i).text().toLowerCase(Locale.ROOT).contains(words.toLowerCase(Locale.ROOT))) {
                int end = i + 1 < headings.size()
                        ? headings.get(i + 1).line() - 1
                        : file.lines().size();
                List<Span> lines = new ArrayList<>();
                for (int line = headings.get(i).line() + 1; line <= end; line++) {
                    lines.add(new Span(line, file.lines().get(line - 1)));
                }
                return lines;
            }
        }
        return List.of();
    }

    /** The cells of a table's row without its outer bars, or none if this is no row, or the line below the head. */
    static List<String> cells(String line) {
        String row = line.strip();
        if (!row.startsWith("|") || row.matches("[|:\\s-]+")) {
            return List.of();
        }
        String inner = row.substring(1, row.length() > 1 && row.endsWith("|") ? row.length() - 1 : row.length());
        List<String> cells = new ArrayList<>();
        for (String cell : inner.split("(?<!\\\\)\\|", -1)) {
            cells.add(cell.strip());
        }
        return cells;
    }

    /** Every sentence: of paragraphs, of items, of the cells of tables. */
    List<Span> sentences() {
        List<Span> sentences = new ArrayList<>();
        String[] lines = withoutTargets(proseInWords).split("\n", -1);
        Paragraph paragraph = new Paragraph();
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].replaceFirst("^\\s*(?:>\\s*)+", "");
            List<String> cells = cells(line);
            Matcher item = ITEM.matcher(line);
            boolean isItem = item.matches();
            if (line.isBlank()
                    || isItem
                    || HEADING.matcher(line).matches()
                    || line.strip().startsWith("|")) {
                paragraph.end(sentences);
            }
            for (String cell : cells) {
                paragraph.add(i + 1, cell);
                paragraph.end(sentences);
            }
            if (isItem) {
                paragraph.add(i + 1, item.group(1));
            } else if (cells.isEmpty()
                    && !line.isBlank()
                    && !HEADING.matcher(line).matches()) {
                paragraph.add(i + 1, line);
            }
        }
        paragraph.end(sentences);
        return sentences;
    }

    /** What one paragraph says, each with its line. */
    private static final class Paragraph {
        private static final Pattern END = Pattern.compile(".*[.!?][\"')\\]*_]*");
        private final List<Span> words = new ArrayList<>();

        void add(int line, String text) {
            for (String word : text.strip().split("\\s+")) {
                words.add(new Span(line, word));
            }
        }

        /** A sentence ends at a full stop that no small letter follows. */
        void end(List<Span> sentences) {
            List<String> sentence = new ArrayList<>();
            int line = 0;
            for (int i = 0; i < words.size(); i++) {
                String word = words.get(i).text();
                line = sentence.isEmpty() ? words.get(i).line() : line;
                sentence.add(word);
                boolean isLast = i == words.size() - 1;
                if (isLast
                        || (END.matcher(word).matches()
                                && !startsSmall(words.get(i + 1).text()))) {
                    sentences.add(new Span(line, String.join(" ", sentence)));
                    sentence.clear();
                }
            }
            words.clear();
        }

        private static boolean startsSmall(String word) {
            if (word.startsWith("`")) {
                return false;
            }
            String letters = word.replaceAll("^[^\\p{L}\\p{N}]+", "");
            return !letters.isEmpty() && Character.isLowerCase(letters.charAt(0));
        }
    }

    /** How many words a sentence has; a dash alone is none, and code is one. */
    static int words(String sentence) {
        int words = 0;
        for (String word : sentence.split("\\s+")) {
            if (word.matches(".*[\\p{L}\\p{N}].*")) {
                words++;
            }
        }
        return words;
    }
}
