package io.sluice.schemas.request;

import io.sluice.schemas.WireException;
import java.nio.charset.StandardCharsets;

/** The checks that every text of a request must pass, and the display of an invalid one. */
public final class Texts {
    private static final int SHOWN_CHARS_MAX = 64;

    private Texts() {}

    /** Checks the length in characters and that the text is well-formed and free of control characters. */
    public static void check(String field, String text, int charsMin, int charsMax) throws WireException {
        if (text.length() < charsMin || text.length() > charsMax) {
            throw new WireException(
                    field, text.length() + " characters (expected: " + charsMin + ".." + charsMax + ")");
        }
        checkCharacters(field, text);
    }

    /** Checks the length in UTF-8 bytes and that the text is well-formed and free of control characters. */
    static void checkBytes(String field, String text, int bytesMax) throws WireException {
        int bytes = text.length() > bytesMax ? text.length() : text.getBytes(StandardCharsets.UTF_8).length;
        if (text.isEmpty() || bytes > bytesMax) {
            throw new WireException(field, bytes + " bytes (expected: 1.." + bytesMax + ")");
        }
        checkCharacters(field, text);
    }

    private static void checkCharacters(String field, String text) throws WireException {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c)) {
                throw new WireException(
                        field, String.format("U+%04X at index %d (expected: no control characters)", (int) c, i));
            }
            if (Character.isSurrogate(c)) {
                boolean paired = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!paired) {
                    throw new WireException(
                            field, String.format("U+%04X at index %d (expected: paired surrogates)", (int) c, i));
                }
                i++;
            }
        }
    }

    /** The text in a form that is safe in a message: quoted, shortened, without control characters. */
    public static String shown(String text) {
        String cut = text.length() > SHOWN_CHARS_MAX ? text.substring(0, SHOWN_CHARS_MAX) + "..." : text;
        StringBuilder shown = new StringBuilder(cut.length() + 2).append('"');
        cut.chars().forEach(c -> shown.append(Character.isISOControl(c) ? '?' : (char) c));
        return shown.append('"').toString();
    }
}
