package io.sluice.schemas.usage;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * The level of one bucket at one moment, from which it computes when the bucket will be empty at some rate.
 *
 * <p>It distinguishes two kinds of limits by the time of their next token. If that comes together with all others,
 * tokens come back only at the end of a window. Otherwise they come back evenly, at the rate that fills an empty
 * bucket in the limit's window, and slower use never empties it.
 *
 * @param limit the most tokens that the bucket holds
 * @param remaining tokens left
 * @param windowMillis how long an empty bucket takes to fill
 * @param resetAfterMillis how long until it is full
 * @param nextTokenMillis how long until there is one token more; 0 if full
 */
public record QuotaLevel(long limit, long remaining, long windowMillis, long resetAfterMillis, long nextTokenMillis) {
    private static final BigInteger HOUR_MILLIS = BigInteger.valueOf(UsageWindow.HOUR.millis());
    /** The end of the year 9999: later times are not reported. */
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
     * Whether using this many tokens in this time reaches the burn rate.
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
