package io.sluice.schemas.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A writer of JSON into a reused buffer. It writes byte for byte what Jackson's own writer does, without its contexts
 * and intermediate copies.
 *
 * <p>It trusts its caller to alternate names and values and to close every object and list, as every codec here does.
 * Not thread-safe; {@link Json#written} keeps one for each thread.
 */
final class JsonBytes extends PlainGenerator {
    /** A larger buffer is not kept for the next record. */
    static final int KEPT_BYTES_MAX = 65_536;

    private static final int INITIAL_BYTES = 2_048;
    private static final int ESCAPE_BYTES = 6;
    private static final int LONG_DIGITS_MAX = 20;
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
    /** The letter behind the backslash for characters that have one. */
    private static final byte[] SHORT_ESCAPES = new byte[128];

    private static final boolean[] PLAIN = new boolean[128];
    /** Both digits of the numbers below 100: numbers are written two digits at a time. */
    private static final byte[] TENS = new byte[100];

    private static final byte[] ONES = new byte[100];
    /** 10 to the power of the index. */
    private static final long[] POWERS = new long[LONG_DIGITS_MAX - 1];

    static {
        SHORT_ESCAPES['"'] = '"';
        SHORT_ESCAPES['\\'] = '\\';
        SHORT_ESCAPES['\b'] = 'b';
        SHORT_ESCAPES['\t'] = 't';
        SHORT_ESCAPES['\n'] = 'n';
        SHORT_ESCAPES['\f'] = 'f';
        SHORT_ESCAPES['\r'] = 'r';
        for (char c = ' '; c < PLAIN.length; c++) {
            PLAIN[c] = SHORT_ESCAPES[c] == 0;
        }
        for (int pair = 0; pair < TENS.length; pair++) {
            TENS[pair] = (byte) ('0' + pair / 10);
            ONES[pair] = (byte) ('0' + pair % 10);
        }
        long power = 1;
        for (int digits = 0; digits < POWERS.length; digits++) {
            POWERS[digits] = power;
            power *= 10;
        }
    }

    private byte[] buffer = new byte[INITIAL_BYTES];
    private int size;
    private boolean needsComma;
    private boolean isTaken;

    /** Whether a record is being written with it. */
    boolean isTaken() {
        return isTaken;
    }

    /** Claims the writer for one or more records. */
    void take() {
        isTaken = true;
        size = 0;
        needsComma = false;
    }

    /** Releases the writer for the next use. */
    void giveBack() {
        isTaken = false;
        if (buffer.length > KEPT_BYTES_MAX) {
            buffer = new byte[INITIAL_BYTES];
        }
    }

    /** The position of the next byte. */
    int size() {
        return size;
    }

    /** The bytes written between two positions. */
    byte[] bytes(int from, int to) {
        return Arrays.copyOfRange(buffer, from, to);
    }

    /** Begins another record after the finished ones. */
    void beginNext() {
        needsComma = false;
    }

    /** Repeats the members between two positions, with the comma before the first. */
    void repeat(int from, int to) {
        ensure(to - from);
        System.arraycopy(buffer, from, buffer, size, to - from);
        size += to - from;
        needsComma = true;
    }

    private void ensure(int more) {
        if (buffer.length - size < more) {
            buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, size + more));
        }
    }

    private void separate(int more) {
        ensure(more + 1);
        if (needsComma) {
            buffer[size++] = ',';
        }
        needsComma = true;
    }

    private void open(char bracket) {
        separate(1);
        buffer[size++] = (byte) bracket;
        needsComma = false;
    }

    private void close(char bracket) {
        ensure(1);
        buffer[size++] = (byte) bracket;
        needsComma = true;
    }

    @Override
    public void writeStartObject() {
        open('{');
    }

    @Override
    public void writeEndObject() {
        close('}');
    }

    @Override
    public void writeStartArray() {
        open('[');
    }

    @Override
    public void writeEndArray() {
        close(']');
    }

    @Override
    public void writeFieldName(String name) {
        separate(0);
        writeQuoted(name);
        ensure(1);
        buffer[size++] = ':';
        needsComma = false;
    }

    @Override
    public void writeString(String text) {
        separate(0);
        writeQuoted(text);
    }

    private void writeQuoted(String text) {
        int length = text.length();
        ensure(length + 2);
        byte[] bytes = buffer;
        int at = size;
        bytes[at++] = '"';
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 128 || !PLAIN[c]) {
                size = at;
                writeRest(text, i);
                return;
            }
            bytes[at++] = (byte) c;
        }
        bytes[at++] = '"';
        size = at;
    }

    private void writeRest(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            ensure(ESCAPE_BYTES);
            if (c < 128) {
                if (PLAIN[c]) {
                    buffer[size++] = (byte) c;
                } else {
                    writeEscaped(c);
                }
            } else if (c < 0x800) {
                buffer[size++] = (byte) (0xC0 | c >> 6);
                buffer[size++] = (byte) (0x80 | c & 0x3F);
            } else if (Character.isSurrogate(c)) {
                // As Jackson does: a character beyond 16 bits is escaped as its two halves.
                writeHex(c);
            } else {
                buffer[size++] = (byte) (0xE0 | c >> 12);
                buffer[size++] = (byte) (0x80 | c >> 6 & 0x3F);
                buffer[size++] = (byte) (0x80 | c & 0x3F);
            }
        }
        ensure(1);
        buffer[size++] = '"';
    }

    private void writeEscaped(char c) {
        if (SHORT_ESCAPES[c] == 0) {
            writeHex(c);
            return;
        }
        buffer[size++] = '\\';
        buffer[size++] = SHORT_ESCAPES[c];
    }

    private void writeHex(char c) {
        buffer[size++] = '\\';
        buffer[size++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
            buffer[size++] = HEX[c >> shift & 0xF];
        }
    }

    private void append(byte[] bytes) {
        ensure(bytes.length);
        System.arraycopy(bytes, 0, buffer, size, bytes.length);
        size += bytes.length;
    }

    @Override
    public void writeNumber(int number) {
        writeNumber((long) number);
    }

    @Override
    public void writeNumber(long number) {
        separate(LONG_DIGITS_MAX);
        if (number < 0) {
            writeRaw(Long.toString(number));
            return;
        }
        byte[] bytes = buffer;
        int at = size + digits(number);
        size = at;
        long rest = number;
        while (rest >= 100) {
            long hundredth = rest / 100;
            int pair = (int) (rest - hundredth * 100);
            bytes[--at] = ONES[pair];
            bytes[--at] = TENS[pair];
            rest = hundredth;
        }
        bytes[--at] = ONES[(int) rest];
        if (rest >= 10) {
            bytes[--at] = TENS[(int) rest];
        }
    }

    /**
     * The digits of a number that is not negative. A bit is worth 1233/4096 digits, slightly less than log10(2). So the
     * product is the number of digits or one less: 999 has 10 bits, which give 3, and is below 10^3; 1000 has 10 as
     * well, and is not.
     */
    private static int digits(long number) {
        int digits = (Long.SIZE - Long.numberOfLeadingZeros(number | 1)) * 1_233 >>> 12;
        return number < POWERS[digits] ? Math.max(1, digits) : digits + 1;
    }

    @Override
    public void writeBoolean(boolean flag) {
        writeRawValue(flag ? "true" : "false");
    }

    @Override
    public void writeNull() {
        writeRawValue("null");
    }

    @Override
    public void writeRawValue(String text) {
        separate(0);
        writeRaw(text);
    }

    @Override
    public void writeRaw(String text) {
        append(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void writeNumber(String encoded) {
        writeRawValue(encoded);
    }
}
