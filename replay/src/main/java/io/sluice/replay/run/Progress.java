package io.sluice.replay.run;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** How far a run is, for whoever watches it, and whether it shall stop. Thread-safe. */
public final class Progress {
    /** The size of a partition that has not begun, in a run that begins somewhere in the log. */
    static final long UNKNOWN = -1;

    private final AtomicLongArray done;
    private final AtomicLongArray sizes;
    private final AtomicLong records = new AtomicLong();
    private volatile boolean stopped;

    /** With the offsets that each partition will run, or {@link #UNKNOWN}. */
    Progress(long[] sizes) {
        this.done = new AtomicLongArray(sizes.length);
        this.sizes = new AtomicLongArray(sizes);
    }

    /** A partition begins, and will run so many offsets. */
    void begins(int partition, long offsets) {
        sizes.set(partition, offsets);
    }

    void reached(int partition, long offsets, long newRecords) {
        done.set(partition, offsets);
        records.addAndGet(newRecords);
    }

    /** Of all offsets, the share that was read; 1 if there are none. Unknown partitions count as the others do. */
    public double share() {
        long reached = 0;
        long size = 0;
        int known = 0;
        for (int partition = 0; partition < sizes.length(); partition++) {
            reached += done.get(partition);
            long own = sizes.get(partition);
            if (own != UNKNOWN) {
                size += own;
                known++;
            }
        }
        if (known == 0) {
            return sizes.length() == 0 ? 1 : 0;
        }
        double all = (double) size / known * sizes.length();
        return all <= 0 ? (known == sizes.length() ? 1 : 0) : Math.min(1, reached / all);
    }

    /** Records that were read. */
    public long records() {
        return records.get();
    }

    /** Has the run end soon, without a result. */
    public void stop() {
        stopped = true;
    }

    boolean isStopped() {
        return stopped;
    }
}
