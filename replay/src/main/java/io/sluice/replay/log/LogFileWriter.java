package io.sluice.replay.log;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes the records of one partition to one file.
 *
 * <pre>
 *   gzip of:  "SLUICE-LOG-1\n"
 *             record*   offset 8, timestamp 8, key length 4, key, value length 4, value; length -1 is none
 *             end       -1 8, number of records 8
 * </pre>
 *
 * <p>Numbers are big-endian. The end tells a whole file from one that was cut; the checksum of gzip finds changed
 * bytes. Headers of records are left out: no verdict depends on them.
 */
public final class LogFileWriter implements AutoCloseable {
    static final byte[] MAGIC = "SLUICE-LOG-1\n".getBytes(StandardCharsets.US_ASCII);
    static final long END = -1;
    static final int NONE = -1;
    /** Larger than any record of a topic. */
    static final int PART_BYTES_MAX = 16 << 20;

    private static final int BUFFER_BYTES = 1 << 16;

    private final DataOutputStream out;
    private long records;
    private boolean ended;

    /** Begins a file; one of that name is replaced. */
    public LogFileWriter(Path file) throws IOException {
        this.out = new DataOutputStream(new BufferedOutputStream(
                new GZIPOutputStream(Files.newOutputStream(file), BUFFER_BYTES), BUFFER_BYTES));
        out.write(MAGIC);
    }

    public void write(LoggedRecord record) throws IOException {
        out.writeLong(record.offset());
        out.writeLong(record.timestampMillis());
        write(record.key());
        write(record.value());
        records++;
    }

    private void write(byte @Nullable [] part) throws IOException {
        out.writeInt(part == null ? NONE : part.length);
        if (part != null) {
            out.write(part);
        }
    }

    /** How many records were written. */
    public long records() {
        return records;
    }

    /** Marks the file as whole. */
    public void end() throws IOException {
        out.writeLong(END);
        out.writeLong(records);
        ended = true;
    }

    /** Whether {@link #end} was called: without it, readers refuse the file. */
    public boolean isWhole() {
        return ended;
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
