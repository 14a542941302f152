package io.sluice.schemas.codec;

import io.sluice.schemas.Utf8;
import io.sluice.schemas.WireException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * A long text as gzip, in UTF-8.
 *
 * <p>Different versions of Java may pack a text into different bytes. So the packed form is signed and stored; never
 * pack a text again to compare it.
 */
public final class PackedText {
    /** UTF-8 needs at most three bytes for each {@code char} of a text. */
    private static final int BYTES_OF_CHAR_MAX = 3;

    private PackedText() {}

    /** The text as gzip. */
    public static byte[] pack(String text) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
        return packed.toByteArray();
    }

    /**
     * The text that was packed. Stops after the most bytes that a text of {@code charsMax} characters can have.
     *
     * @param field for messages
     */
    public static String unpack(String field, byte[] packed, int charsMax) throws WireException {
        int bytesMax = BYTES_OF_CHAR_MAX * charsMax;
        byte[] bytes;
        try (InputStream gzip = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            bytes = gzip.readNBytes(bytesMax + 1);
        } catch (IOException e) {
            throw new WireException(field, "cannot be unpacked (expected: gzip of a text in UTF-8)");
        }
        if (bytes.length > bytesMax) {
            throw new WireException(
                    field, "more than " + charsMax + " characters (expected: at most " + charsMax + ")");
        }
        String text = Utf8.text(field, bytes);
        if (text.length() > charsMax) {
            throw new WireException(field, text.length() + " characters (expected: at most " + charsMax + ")");
        }
        return text;
    }
}
