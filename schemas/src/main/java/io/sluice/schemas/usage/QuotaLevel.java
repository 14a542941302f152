package io.sluice.schemas.usage;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * What one bucket has left at one moment, and when it will be empty if its account goes on at some pace.
 *
 * <p>Two kinds of limits are told apart by when their next token comes. If it comes together with all others, they come
 * back at the end of a window, and none before. Otherwise they come back evenly, at the rate that fills an empty bucket
 * in the limit's window: what is used more slowly than that never empties it.
 *
 * @param limit the most tokens that the bucket holds
 * @param remaining tokens left
 * @param windowMillis how long an empty bucket takes to fill
 * @param resetAfterMillis how long until it is full
 * @param nextTokenMillis how long until there is one token more; 0 if full
 */
public record QuotaLevel(long limit, long remaining, long windowMillis, long resetAfterMillis, long nextTokenMillis) {
    private static final BigInteger HOUR_MILLIS = BigInteger.valueOf(UsageWindow.HOUR.millis());
    /** The end of the year 9999: beyond it nobody wants to know. */
    private static final BigInteger TIME_MAX_MILLIS = BigInteger.valueOf(253_402_300_800_000L);

    public QuotaLevel {
        if (limit < 1 || remaining < 0 || windowMillis < 0 || resetAfterMillis < 0 || nextTokenMillis < 0) {
            throw new IllegalArgumentException("level: " + remaining + " of " + limit + " tokens, window "
                    + windowMillis + " ms, full in " + resetAfterMillis + " ms, one more in " + nextTokenMillis
                    + " ms (expected: a limit from 1, and the others from 0)");
        }
    }

    /**
     * When it will be empty; null if not, or not before its tokens come back.
     *
     * @param perHour tokens that an hour takes
     * @param nowMillis the moment of the level
     */
    public @Nullable Long emptyAtMillis(long perHour, long nowMillis) {
        if (perHour <= 0) {
            return null;
        }
        if (remaining == 0) {
            return nowMillis;
        }
        boolean comesBackAtOnce = resetAfterMillis > 0 && nextTokenMillis == resetAfterMillis;
        BigInteger lost = BigInteger.valueOf(perHour);
        if (!comesBackAtOnce) {
            lost = lost.subtract(BigInteger.valueOf(limit)
                    .multiply(HOUR_MILLIS)
                    .divide(BigInteger.valueOf(Math.max(1, windowMillis))));
        }
        if (lost.signum() <= 0) {
            return null;
        }
        BigInteger lasts = BigInteger.valueOf(remaining).multiply(HOUR_MILLIS).divide(lost);
        BigInteger at = lasts.add(BigInteger.valueOf(nowMillis));
        boolean isRefilledBefore = comesBackAtOnce && lasts.compareTo(BigInteger.valueOf(resetAfterMillis)) >= 0;
        return isRefilledBefore || at.compareTo(TIME_MAX_MILLIS) > 0 ? null : at.longValueExact();
    }

    /**
     * Whether so many tokens in so long a time are so many times as fast as the limit sustains.
     *
     * @param rateTenths the burn rate, in tenths
     */
    public boolean isBurnt(long tokens, long inMillis, int rateTenths) {
        BigInteger used = BigInteger.valueOf(tokens)
                .multiply(BigInteger.valueOf(windowMillis))
                .multiply(BigInteger.TEN);
        BigInteger sustained = BigInteger.valueOf(limit)
                .multiply(BigInteger.valueOf(inMillis))
                .multiply(BigInteger.valueOf(rateTenths));
        return used.compareTo(sustained) >= 0;
    }
}
