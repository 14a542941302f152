package io.sluice.streams.usage;

import io.sluice.schemas.usage.DecisionCounts.Labels;
import io.sluice.schemas.usage.UsageOutcome;
import io.sluice.schemas.usage.UsageRow;
import io.sluice.streams.usage.SpaceSaving.Count;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** The values of the usage store, each with a version byte. */
final class UsageStoreCodec {
    private static final int VERSION = 1;

    private UsageStoreCodec() {}

    /** How far the partition has come: the minute that is open, and the last offset that is counted. */
    record Progress(long minuteMillis, long offset) {
        static final Progress NONE = new Progress(Long.MIN_VALUE, -1);
    }

    /** What a reservation's settlement counts under: the labels and the answer of its admission. */
    record OpenHold(Labels labels, UsageOutcome outcome) {}

    @FunctionalInterface
    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    @FunctionalInterface
    private interface Reading<T> {
        T from(DataInputStream in) throws IOException;
    }

    private static byte[] written(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            writing.to(out);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    private static <T> T read(byte[] value, Reading<T> reading) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(value))) {
            int version = in.readByte();
            if (version != VERSION) {
                throw new IllegalStateException("version: " + version + " (expected: " + VERSION
                        + "; the store was written by a later Sluice)");
            }
            return reading.from(in);
        } catch (IOException e) {
            throw new IllegalStateException("an entry of the usage store ends too early", e);
        }
    }

    static byte[] encode(Progress progress) {
        return written(out -> {
            out.writeLong(progress.minuteMillis());
            out.writeLong(progress.offset());
        });
    }

    static Progress progress(byte[] value) {
        return read(value, in -> new Progress(in.readLong(), in.readLong()));
    }

    static byte[] encode(OpenHold hold) {
        return written(out -> {
            writeLabels(out, hold.labels());
            out.writeByte(hold.outcome().ordinal());
        });
    }

    static OpenHold hold(byte[] value) {
        return read(value, in -> new OpenHold(labels(in), UsageOutcome.at(in.readByte())));
    }

    static byte[] encode(AccountUsage usage) {
        return written(out -> {
            List<UsageRow> rows = usage.rows();
            out.writeInt(rows.size());
            for (UsageRow row : rows) {
                writeLabels(out, new Labels(row.tier(), row.routeTemplate()));
                out.writeUTF(row.limitId());
                out.writeByte(row.outcome().ordinal());
                out.writeLong(row.requests());
                out.writeLong(row.cost());
                out.writeLong(row.charged());
            }
            long[] hashes = usage.clients().hashes();
            out.writeShort(hashes.length);
            for (long hash : hashes) {
                out.writeLong(hash);
            }
        });
    }

    static AccountUsage usage(byte[] value) {
        return read(value, in -> {
            int rows = in.readInt();
            List<UsageRow> read = new ArrayList<>(rows);
            for (int i = 0; i < rows; i++) {
                Labels labels = labels(in);
                read.add(new UsageRow(
                        labels.tier(),
                        labels.routeTemplate(),
                        in.readUTF(),
                        UsageOutcome.at(in.readByte()),
                        in.readLong(),
                        in.readLong(),
                        in.readLong()));
            }
            long[] hashes = new long[in.readShort()];
            for (int i = 0; i < hashes.length; i++) {
                hashes[i] = in.readLong();
            }
            return AccountUsage.restored(read, DistinctClients.restored(hashes));
        });
    }

    static byte[] encode(List<Count> counters) {
        return written(out -> {
            out.writeInt(counters.size());
            for (Count count : counters) {
                out.writeUTF(count.key());
                out.writeLong(count.count());
                out.writeLong(count.error());
            }
        });
    }

    static List<Count> counters(byte[] value) {
        return read(value, in -> {
            int size = in.readInt();
            List<Count> counters = new ArrayList<>(size);
            for (int i = 0; i < size; i++) {
                counters.add(new Count(in.readUTF(), in.readLong(), in.readLong()));
            }
            return counters;
        });
    }

    private static void writeLabels(DataOutputStream out, Labels labels) throws IOException {
        out.writeUTF(labels.tier());
        out.writeUTF(labels.routeTemplate());
    }

    private static Labels labels(DataInputStream in) throws IOException {
        return new Labels(in.readUTF(), in.readUTF());
    }
}
