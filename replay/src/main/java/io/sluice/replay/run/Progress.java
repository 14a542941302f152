package io.sluice.replay.run;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** How far a run is, for whoever watches it, and whether it shall stop. Thread-safe. */
public final class Progress {
    private final AtomicLongArray done;
    private final AtomicLong total;
    private final AtomicLong records = new AtomicLong();
    private volatile boolean stopped;

    Progress(int partitions, long total) {
        this.done = new AtomicLongArray(partitions);
        this.total = new AtomicLong(total);
    }

    /** So many offsets of a partition are not run. */
    void begins(long offsets) {
        total.addAndGet(-offsets);
    }

    void reached(int partition, long offsets, long newRecords) {
        done.set(partition, offsets);
        records.addAndGet(newRecords);
    }

    /** Of all offsets, the share that was read; 1 if there are none. */
    public double share() {
        long sum = 0;
        for (int partition = 0; partition < done.length(); partition++) {
            sum += done.get(partition);
        }
        long all = total.get();
        return all <= 0 ? 1 : Math.min(1, (double) sum / all);
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
