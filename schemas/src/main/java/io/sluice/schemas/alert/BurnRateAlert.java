package io.sluice.schemas.alert;

/**
 * An alert that an account uses up a limit much too fast. There is one alert for each burn under {@code
 * read_committed}.
 *
 * @param account the account
 * @param limitId the limit, which counts by the account
 * @param limit the most tokens that its bucket holds
 * @param remaining tokens left at the last decision
 * @param windowMillis how long an empty bucket takes to fill
 * @param chargedLastHour tokens that it took in the last 60 minutes, less those given back
 * @param chargedLastFiveMinutes the same of the last 5 minutes
 * @param emptyAtMillis when it will be empty if the account continues as in the last hour, milliseconds since the epoch
 * @param fullAtMillis when its tokens would be back, if nothing more was used
 * @param decidedAtMillis the end of the minute that showed it
 */
public record BurnRateAlert(
        String account,
        String limitId,
        long limit,
        long remaining,
        long windowMillis,
        long chargedLastHour,
        long chargedLastFiveMinutes,
        long emptyAtMillis,
        long fullAtMillis,
        long decidedAtMillis)
        implements Alert {}
