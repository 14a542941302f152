package io.sluice.streams.usage;

import io.sluice.schemas.usage.DecisionCounts.Labels;
import io.sluice.schemas.usage.QuotaLevel;
import io.sluice.schemas.usage.UsageOutcome;
import io.sluice.schemas.usage.UsageRow;
import io.sluice.streams.usage.AccountUsage.SeenLevel;
import io.sluice.streams.usage.SpaceSaving.Count;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The values of the usage store, each with a version byte. Usage of an account has version 2 if it has the levels of
 * limits.
 */
final class UsageStoreCodec {
    private static final int VERSION = 1;
    private static final int WITH_LEVELS = 2;

    private UsageStoreCodec() {}

    /** The progress of the partition: the current minute, and the last counted offset. */
    record Progress(long minuteMillis, long offset) {
        static final Progress NONE = new Progress(Long.MIN_VALUE, -1);
    }

    /** An open reservation: its settlement counts under the labels and the outcome of its admission. */
    record OpenHold(Labels labels, UsageOutcome outcome) {}

    /**
     * The progress of the spike watch.
     *
     * @param accounts histories in the store
     * @param sweptTo the account at which the next check for outdated ones begins; empty for the first
     */
    record WatchProgress(long accounts, String sweptTo) {
        static final WatchProgress NONE = new WatchProgress(0, "");
    }

    @FunctionalInterface
    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    @FunctionalInterface
    private interface Reading<T> {
        T from(DataInputStream in) throws IOException;
    }

    private static byte[] written(Writing writing) {
        return written(VERSION, writing);
    }

    private static byte[] written(int version, Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(version);
            writing.to(out);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    private static <T> T read(byte[] value, Reading<T> reading) {
        return read(VERSION, value, reading);
    }

    private static <T> T read(int newest, byte[] value, Reading<T> reading) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(value))) {
            int version = in.readByte();
            if (version < VERSION || version > newest) {
                throw new IllegalStateException(
                        "version: " + version + " (expected: " + newest + "; the store was written by a later Sluice)");
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

    static byte[] encode(long count) {
        return written(out -> out.writeLong(count));
    }

    static long count(byte[] value) {
        return read(value, DataInputStream::readLong);
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
        boolean hasLevels = !usage.levels().isEmpty();
        return written(hasLevels ? WITH_LEVELS : VERSION, out -> {
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
            if (hasLevels) {
                writeLevels(out, usage.levels());
            }
        });
    }

    private static void writeLevels(DataOutputStream out, Map<String, SeenLevel> levels) throws IOException {
        out.writeShort(levels.size());
        for (Map.Entry<String, SeenLevel> seen : levels.entrySet()) {
            QuotaLevel level = seen.getValue().level();
            out.writeUTF(seen.getKey());
            out.writeLong(seen.getValue().atMillis());
            out.writeLong(level.limit());
            out.writeLong(level.remaining());
            out.writeLong(level.windowMillis());
            out.writeLong(level.resetAfterMillis());
            out.writeLong(level.nextTokenMillis());
        }
    }

    private static Map<String, SeenLevel> levels(DataInputStream in) throws IOException {
        int size = in.readShort();
        Map<String, SeenLevel> levels = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            String limitId = in.readUTF();
            long atMillis = in.readLong();
            QuotaLevel level =
                    new QuotaLevel(in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readLong());
            levels.put(limitId, new SeenLevel(atMillis, level));
        }
        return levels;
    }

    static byte[] encode(Map<String, Burning> burning) {
        return written(out -> {
            out.writeShort(burning.size());
            for (Map.Entry<String, Burning> limit : burning.entrySet()) {
                out.writeUTF(limit.getKey());
                out.writeLong(limit.getValue().lastMillis());
                out.writeLong(limit.getValue().alertedAtMillis());
                out.writeBoolean(limit.getValue().isAlerted());
            }
        });
    }

    static Map<String, Burning> burning(byte[] value) {
        return read(value, in -> {
            int size = in.readShort();
            Map<String, Burning> burning = new LinkedHashMap<>();
            for (int i = 0; i < size; i++) {
                burning.put(in.readUTF(), new Burning(in.readLong(), in.readLong(), in.readBoolean()));
            }
            return burning;
        });
    }

    static AccountUsage usage(byte[] value) {
        return read(WITH_LEVELS, value, in -> {
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
            Map<String, SeenLevel> levels = value[0] == WITH_LEVELS ? levels(in) : Map.of();
            return AccountUsage.restored(read, DistinctClients.restored(hashes), levels);
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

    static byte[] encode(WatchProgress progress) {
        return written(out -> {
            out.writeLong(progress.accounts());
            out.writeUTF(progress.sweptTo());
        });
    }

    static WatchProgress watch(byte[] value) {
        return read(value, in -> new WatchProgress(in.readLong(), in.readUTF()));
    }

    static byte[] encode(RequestHistory history) {
        return written(out -> {
            out.writeLong(history.lastBucket());
            out.writeShort(history.series().size());
            for (Map.Entry<String, RequestSeries> entry : history.series().entrySet()) {
                RequestSeries series = entry.getValue();
                out.writeUTF(entry.getKey());
                out.writeBoolean(series.isRaised());
                out.writeLong(series.alertedAtMillis());
                long[] counts = series.counts();
                out.writeShort(counts.length);
                for (long count : counts) {
                    writeCount(out, count);
                }
            }
        });
    }

    static RequestHistory history(byte[] value) {
        return read(value, in -> {
            long lastBucket = in.readLong();
            int size = in.readShort();
            Map<String, RequestSeries> series = new LinkedHashMap<>();
            for (int i = 0; i < size; i++) {
                String limitId = in.readUTF();
                boolean raised = in.readBoolean();
                long alertedAtMillis = in.readLong();
                long[] counts = new long[in.readShort()];
                for (int bucket = 0; bucket < counts.length; bucket++) {
                    counts[bucket] = count(in);
                }
                series.put(limitId, new RequestSeries(counts, raised, alertedAtMillis));
            }
            return new RequestHistory(lastBucket, series);
        });
    }

    /** Seven bits in each byte, the lowest first: most counts are small. */
    private static void writeCount(DataOutputStream out, long count) throws IOException {
        long left = count;
        while (left >= 0x80) {
            out.writeByte((int) (left & 0x7f) | 0x80);
            left >>>= 7;
        }
        out.writeByte((int) left);
    }

    private static long count(DataInputStream in) throws IOException {
        long count = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int bits = in.readUnsignedByte();
            count |= (long) (bits & 0x7f) << shift;
            if (bits < 0x80) {
                return count;
            }
        }
        throw new IOException("a count of more than nine bytes");
    }

    private static void writeLabels(DataOutputStream out, Labels labels) throws IOException {
        out.writeUTF(labels.tier());
        out.writeUTF(labels.routeTemplate());
    }

    private static Labels labels(DataInputStream in) throws IOException {
        return new Labels(in.readUTF(), in.readUTF());
    }
}
