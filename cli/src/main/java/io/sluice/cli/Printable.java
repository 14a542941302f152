package io.sluice.cli;

/**
 * The conversion of foreign text into text that is harmless in a terminal. Names and reasons of callers may have
 * characters that move the cursor, change colours or change the writing direction.
 *
 * <p>Such a character becomes a backslash, u and four digits, as in JSON. So JSON stays the same document: there, such
 * a character can only be inside a text.
 */
public final class Printable {
    private Printable() {}

    /** Text of one line. */
    public static String line(String text) {
        return of(text, /* keepsLines= */ false);
    }

    /** Text that may have several lines. */
    static String lines(String text) {
        return of(text, /* keepsLines= */ true);
    }

    private static String of(String text, boolean keepsLines) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            if (isHarmless(point) || (keepsLines && (point == '\n' || point == '\t'))) {
                shown.appendCodePoint(point);
            } else {
                for (char unit : Character.toChars(point)) {
                    shown.append(String.format("\\u%04x", (int) unit));
                }
            }
        });
        return shown.toString();
    }

    private static boolean isHarmless(int point) {
        return switch (Character.getType(point)) {
            // Control characters; marks of direction and the like; what ends a line or a paragraph.
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
