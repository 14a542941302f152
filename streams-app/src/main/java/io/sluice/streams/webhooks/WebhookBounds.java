package io.sluice.streams.webhooks;

import java.time.Duration;

/**
 * The bounds of delivery to one URL.
 *
 * @param timeout one attempt, from the look-up of the name to the status
 * @param ageMax an alert that is older is dropped
 * @param refusalsMax an alert that the receiver has refused so often is dropped
 * @param pauseMin the pause after a failed attempt; it doubles with each further one
 * @param pauseMax up to this
 */
public record WebhookBounds(Duration timeout, Duration ageMax, int refusalsMax, Duration pauseMin, Duration pauseMax) {
    /** Alerts that are read ahead of their delivery. */
    static final int QUEUE_MAX = 50;

    public WebhookBounds {
        within("webhookTimeoutMillis", timeout.toMillis(), 100, 60_000);
        within("webhookAgeMaxMillis", ageMax.toMillis(), 1_000, 604_800_000);
        within("webhookRefusalsMax", refusalsMax, 1, 1_000);
        within("webhookPauseMinMillis", pauseMin.toMillis(), 1, 60_000);
        within("webhookPauseMaxMillis", pauseMax.toMillis(), pauseMin.toMillis(), 3_600_000);
    }

    public static WebhookBounds standard() {
        return new WebhookBounds(
                Duration.ofSeconds(10), Duration.ofDays(1), 10, Duration.ofSeconds(1), Duration.ofMinutes(5));
    }

    public WebhookBounds with(Duration newTimeout, Duration newAgeMax, int newRefusalsMax) {
        return new WebhookBounds(newTimeout, newAgeMax, newRefusalsMax, pauseMin, pauseMax);
    }

    public WebhookBounds withPauses(Duration newPauseMin, Duration newPauseMax) {
        return new WebhookBounds(timeout, ageMax, refusalsMax, newPauseMin, newPauseMax);
    }

    /** The pause after so many failed attempts in a row. */
    Duration pauseAfter(int failures) {
        long millis = pauseMin.toMillis();
        for (int i = 1; i < failures && millis < pauseMax.toMillis(); i++) {
            millis *= 2;
        }
        return Duration.ofMillis(Math.min(millis, pauseMax.toMillis()));
    }

    private static void within(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + ".." + max + ")");
        }
    }
}
