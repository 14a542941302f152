package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.Base64Variant;
import com.fasterxml.jackson.core.base.GeneratorBase;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * A Jackson generator reduced to what the codecs use: names, texts, integers, flags and nesting. It refuses the rest.
 */
abstract class PlainGenerator extends GeneratorBase {

    @SuppressWarnings("deprecation")
    PlainGenerator() {
        super(/* features= */ 0, /* codec= */ null);
    }

    private static UnsupportedOperationException unused() {
        return new UnsupportedOperationException("not a part of any record (expected: names, texts, integers, flags)");
    }

    @Override
    public final void writeString(char[] buffer, int offset, int length) {
        throw unused();
    }

    @Override
    public final void writeRawUTF8String(byte[] buffer, int offset, int length) {
        throw unused();
    }

    @Override
    public final void writeUTF8String(byte[] buffer, int offset, int length) {
        throw unused();
    }

    @Override
    public final void writeRaw(String text, int offset, int length) {
        throw unused();
    }

    @Override
    public final void writeRaw(char[] text, int offset, int length) {
        throw unused();
    }

    @Override
    public final void writeRaw(char c) {
        throw unused();
    }

    @Override
    public final void writeBinary(Base64Variant variant, byte[] data, int offset, int length) {
        throw unused();
    }

    @Override
    public final int writeBinary(Base64Variant variant, InputStream data, int length) {
        throw unused();
    }

    @Override
    public final void writeNumber(double number) {
        throw unused();
    }

    @Override
    public final void writeNumber(float number) {
        throw unused();
    }

    @Override
    public final void writeNumber(BigInteger number) {
        throw unused();
    }

    @Override
    public final void writeNumber(BigDecimal number) {
        throw unused();
    }

    @Override
    public final void flush() {
        // The output ends in memory.
    }

    @Override
    public final void close() {
        // There is nothing to release: the buffer is reused.
    }

    @Override
    protected final void _releaseBuffers() {
        // As above.
    }

    @Override
    protected final void _verifyValueWrite(String typeMessage) {
        throw unused();
    }
}
