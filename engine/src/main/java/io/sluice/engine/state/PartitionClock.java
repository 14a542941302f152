package io.sluice.engine.state;

import io.sluice.engine.bucket.Algorithm;

/**
 * A partition's time: follows the broker's stamps of its records, one by one, and never runs backwards.
 *
 * <p>The partition's leader sets the stamps, and a leader's clock may be wrong. So the time follows them in bounded
 * steps. Its value is a function of the stamps alone (and of clock marks, which are records, too):
 *
 * <pre>
 *   stamp after the one before     the partition's time
 *   0 .. 60 s                      goes on by as much
 *   more than 60 s                 goes on by 60 s: it is <i>behind</i> the stamps then, and follows at their pace,
 *                                  until a clock mark confirms a stamp: then it catches up at once
 *   less than 0                    stands still for this one record: it is <i>ahead</i> of the stamps then, and
 *                                  follows them at 7/8 of their pace, until they meet
 * </pre>
 *
 * <p>Worked example: a leader whose clock is an hour fast takes over and is set right 10 s later. At 12:00:00 the time
 * is 12:00:00; the stamp 13:00:01 takes it to 12:01:00, 13:00:11 to 12:01:10. At the stamp 12:00:12 the time is 58 s
 * ahead. From there on it advances 7 s for each 8 s, so a bucket refills at 7/8 of its rate, and at 12:07:56 the stamps
 * have met it. A wrong stamp gives a minute of refill at the most, and takes it back in eight minutes.
 *
 * <p>While the time is ahead, callers wait longer than the partition's time says: {@link #callersMillis} converts the
 * wait.
 *
 * @param millis the partition's time
 * @param stampMillis the stamp of the last record
 * @param fromMillis the time from which on it runs slower, while it is ahead
 * @param fromStampMillis the stamp at that time
 */
public record PartitionClock(long millis, long stampMillis, long fromMillis, long fromStampMillis) {
    /** The most that one stamp moves the time. */
    public static final long STEP_MILLIS_MAX = 60_000;

    /** A clock mark confirms its stamp if the two differ by no more. */
    public static final long MARK_MILLIS_MAX = 5_000;

    /** A time that is ahead slows down by one of so many parts. */
    private static final long PARTS = 8;

    /** Before the first record. */
    public static final PartitionClock UNSET = at(0);

    /** A clock that agrees with the stamps. */
    public static PartitionClock at(long stampMillis) {
        return new PartitionClock(stampMillis, stampMillis, stampMillis, stampMillis);
    }

    private static PartitionClock from(long millis, long stampMillis) {
        return new PartitionClock(millis, stampMillis, millis, stampMillis);
    }

    /** The time at the next record. */
    PartitionClock after(long nextStampMillis) {
        long passedMillis = nextStampMillis - stampMillis;
        if (passedMillis < 0) {
            return from(millis, nextStampMillis);
        }
        if (passedMillis > STEP_MILLIS_MAX) {
            long trustedMillis = Math.min(millis, stampMillis) + STEP_MILLIS_MAX;
            return from(Math.max(millis, Math.min(nextStampMillis, trustedMillis)), nextStampMillis);
        }
        if (aheadMillis() == 0) {
            return from(millis + passedMillis, nextStampMillis);
        }
        long slowed = fromMillis + slowed(nextStampMillis - fromStampMillis);
        return slowed > nextStampMillis
                ? new PartitionClock(slowed, nextStampMillis, fromMillis, fromStampMillis)
                : at(nextStampMillis);
    }

    private static long slowed(long passedMillis) {
        return passedMillis - partsOf(passedMillis, PARTS);
    }

    /** One of so many parts, rounded up. */
    private static long partsOf(long wholeMillis, long parts) {
        return (wholeMillis + parts - 1) / parts;
    }

    /** The time once the last stamp is known to be right: catches up with it, and never goes back to it. */
    public PartitionClock confirmed() {
        return millis < stampMillis ? at(stampMillis) : this;
    }

    /** Whether a mark and the stamp of its record agree. */
    public boolean agreesWith(long markMillis) {
        return Math.abs(markMillis - stampMillis) <= MARK_MILLIS_MAX;
    }

    /** How far the time is ahead of the last stamp; 0 if it is not. */
    public long aheadMillis() {
        return Math.max(0, millis - stampMillis);
    }

    /** How far the time is behind the last stamp; 0 if it is not. */
    public long behindMillis() {
        return Math.max(0, stampMillis - millis);
    }

    /**
     * How long a caller waits, from the last record on, until the partition's time has advanced by so much: the first
     * such moment. The two are equal, unless the time is ahead.
     */
    public long callersMillis(long waitMillis) {
        if (waitMillis <= 0 || waitMillis == Algorithm.NEVER || millis <= stampMillis) {
            return waitMillis;
        }
        long target = millis + waitMillis;
        long fromHere = target - fromMillis;
        // floor(7/8 x) is n for the first time at x = ceil(8/7 n).
        long slowly = fromStampMillis + fromHere + partsOf(fromHere, PARTS - 1) - stampMillis;
        return Math.min(slowly, target - stampMillis);
    }

    /**
     * How far the partition's time advances from the last record while a caller waits: undoes {@link #callersMillis}.
     */
    public long partitionMillis(long callersMillis) {
        if (callersMillis <= 0 || callersMillis == Algorithm.NEVER || millis <= stampMillis) {
            return callersMillis;
        }
        long next = stampMillis + callersMillis;
        return Math.max(fromMillis + slowed(next - fromStampMillis), next) - millis;
    }
}
