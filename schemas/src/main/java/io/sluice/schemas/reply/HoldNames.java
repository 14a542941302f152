package io.sluice.schemas.reply;

import org.jspecify.annotations.Nullable;

/**
 * The holds of an allowed admission. Both IDs are its decision ID; a repeated answer has the first decision's.
 *
 * @param reservationId names its reservation, to commit or cancel; null without one
 * @param reservationExpiresAtMillis when the reservation ends by itself, by its partition's time; 0 without one
 * @param releaseId names its slots in concurrency limits, to release; null if it took none
 */
public record HoldNames(
        @Nullable String reservationId,
        long reservationExpiresAtMillis,
        @Nullable String releaseId) {
    public static final HoldNames NOTHING = new HoldNames(null, 0, null);
}
