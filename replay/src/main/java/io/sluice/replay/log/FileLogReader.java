package io.sluice.replay.log;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Reads what {@link LogFileWriter} wrote, and says where a file is damaged. */
final class FileLogReader implements LogReader {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path file;
    private final DataInputStream in;
    private final LogManifest.Span span;
    private final @Nullable LogPoint from;
    private long records;
    private long lastOffset = -1;
    private boolean ended;
    private boolean reached;

    FileLogReader(Path file, LogManifest.Span span, @Nullable LogPoint from) throws LogException {
        this.file = file;
        this.span = span;
        this.from = from;
        this.reached = from == null;
        try {
            this.in = new DataInputStream(new BufferedInputStream(
                    new GZIPInputStream(Files.newInputStream(file), BUFFER_BYTES), BUFFER_BYTES));
            if (!Arrays.equals(in.readNBytes(LogFileWriter.MAGIC.length), LogFileWriter.MAGIC)) {
                in.close();
                throw new LogException(file + ": not a log of format 1 (expected: a file of `sluice log export`)");
            }
        } catch (NoSuchFileException e) {
            throw new LogException(file + " does not exist (expected: all files of the export beside each other)", e);
        } catch (IOException e) {
            throw damaged("it is no gzip: " + e.getMessage(), e);
        }
    }

    private LogException damaged(String how, @Nullable Throwable cause) {
        String line = file + " is damaged after " + records + " records"
                + (lastOffset < 0 ? "" : ", the last at offset " + lastOffset) + ": " + how
                + " (expected: the file as `sluice log export` wrote it)";
        return cause == null ? new LogException(line) : new LogException(line, cause);
    }

    @Override
    public long beginOffset() {
        return span.beginOffset();
    }

    @Override
    public long endOffset() {
        return span.endOffset();
    }

    @Override
    public @Nullable LoggedRecord next() throws LogException {
        LoggedRecord record = read();
        while (record != null && !reached) {
            reached = from == null || from.isReachedBy(record);
            if (!reached) {
                record = read();
            }
        }
        return record;
    }

    private @Nullable LoggedRecord read() throws LogException {
        if (ended) {
            return null;
        }
        try {
            long offset = in.readLong();
            if (offset == LogFileWriter.END) {
                end();
                return null;
            }
            if (offset <= lastOffset) {
                throw damaged("offset " + offset + " comes after " + lastOffset, /* cause= */ null);
            }
            if (offset < span.beginOffset() || offset >= span.endOffset()) {
                throw damaged(
                        "offset " + offset + " (expected: " + span.beginOffset() + ".." + (span.endOffset() - 1)
                                + ", as the manifest says)",
                        /* cause= */ null);
            }
            LoggedRecord record = new LoggedRecord(offset, in.readLong(), part(), part());
            lastOffset = offset;
            records++;
            return record;
        } catch (EOFException e) {
            throw damaged("it ends in the middle", e);
        } catch (IOException e) {
            throw damaged(String.valueOf(e.getMessage()), e);
        }
    }

    private void end() throws IOException, LogException {
        long written = in.readLong();
        if (written != records) {
            throw damaged("its end counts " + written + " records", /* cause= */ null);
        }
        // The checksum of gzip is compared when its stream is read to the end.
        if (in.read() != -1) {
            throw damaged("something follows its end", /* cause= */ null);
        }
        if (records != span.records()) {
            throw damaged("the manifest counts " + span.records(), /* cause= */ null);
        }
        ended = true;
    }

    private byte @Nullable [] part() throws IOException, LogException {
        int length = in.readInt();
        if (length == LogFileWriter.NONE) {
            return null;
        }
        if (length < 0 || length > LogFileWriter.PART_BYTES_MAX) {
            throw damaged("a part of " + length + " bytes", /* cause= */ null);
        }
        byte[] part = in.readNBytes(length);
        if (part.length < length) {
            throw new EOFException();
        }
        return part;
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(file + " cannot be closed", e);
        }
    }
}
