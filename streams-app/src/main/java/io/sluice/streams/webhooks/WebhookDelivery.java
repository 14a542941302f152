package io.sluice.streams.webhooks;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The delivery of alerts to one URL, one after the other, each until it is delivered or dropped.
 *
 * <p>While a receiver is down, only the first alert is tried, and the topic keeps the others; so it loses nothing for
 * a day. An alert that the receiver refuses several times is dropped, so that it does not block the others.
 */
final class WebhookDelivery {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookDelivery.class);

    private final WebhookTarget target;
    private final WebhookSender sender;
    private final WebhookBounds bounds;
    private final WebhookMeters meters;
    private final Clocks clocks;
    private final Queue<OutgoingAlert> waiting = new ArrayDeque<>();
    private int failures;
    private int refusals;
    private long pausedUntilNanos;
    private boolean failureLogged;

    /** The time of day in milliseconds, and a monotonic clock. */
    record Clocks(LongSupplier millis, LongSupplier nanos) {
        static final Clocks SYSTEM = new Clocks(System::currentTimeMillis, System::nanoTime);
    }

    WebhookDelivery(
            WebhookTarget target, WebhookSender sender, WebhookBounds bounds, WebhookMeters meters, Clocks clocks) {
        this.target = target;
        this.sender = sender;
        this.bounds = bounds;
        this.meters = meters;
        this.clocks = clocks;
    }

    void add(OutgoingAlert alert) {
        waiting.add(alert);
    }

    boolean hasWork() {
        return !waiting.isEmpty();
    }

    /** Forgets what waits: it is read again, here or elsewhere. */
    void clear() {
        waiting.clear();
        nextAlert();
    }

    private void nextAlert() {
        failures = 0;
        refusals = 0;
        pausedUntilNanos = clocks.nanos().getAsLong();
    }

    /** How long until the next attempt, up to a bound. */
    Duration pause(Duration max) {
        if (waiting.isEmpty()) {
            return max;
        }
        Duration left =
                Duration.ofNanos(Math.max(0, pausedUntilNanos - clocks.nanos().getAsLong()));
        return left.compareTo(max) < 0 ? left : max;
    }

    /** Makes the next attempt if it is due; returns the alert if it was delivered or dropped. */
    @Nullable OutgoingAlert step() {
        OutgoingAlert alert = waiting.peek();
        if (alert == null) {
            meters.age(Duration.ZERO);
            return null;
        }
        Duration age = Duration.ofMillis(Math.max(0, clocks.millis().getAsLong() - alert.atMillis()));
        meters.age(age);
        if (age.compareTo(bounds.ageMax()) > 0) {
            return dropped(alert, WebhookMeters.Drop.AGE);
        }
        if (pausedUntilNanos - clocks.nanos().getAsLong() > 0) {
            return null;
        }
        Attempt attempt = sender.send(target, alert.id(), alert.body());
        if (attempt == Attempt.DELIVERED) {
            meters.delivered();
            failureLogged = false;
            return done(alert);
        }
        return failed(alert, attempt);
    }

    private @Nullable OutgoingAlert failed(OutgoingAlert alert, Attempt attempt) {
        meters.failed(attempt);
        failures++;
        refusals += attempt == Attempt.REFUSED ? 1 : 0;
        if (!failureLogged) {
            failureLogged = true;
            LOG.warn(
                    "alert {} is not delivered to {} yet: {}; the metric sluice_webhook_failed counts all attempts",
                    alert.id(),
                    target,
                    attempt.cause());
        }
        if (refusals >= bounds.refusalsMax()) {
            return dropped(alert, WebhookMeters.Drop.REFUSED);
        }
        pausedUntilNanos =
                clocks.nanos().getAsLong() + bounds.pauseAfter(failures).toNanos();
        return null;
    }

    private OutgoingAlert dropped(OutgoingAlert alert, WebhookMeters.Drop why) {
        meters.dropped(why);
        LOG.warn("alert {} is not delivered to {}, and dropped: {}", alert.id(), target, why.cause());
        return done(alert);
    }

    private OutgoingAlert done(OutgoingAlert alert) {
        waiting.remove();
        nextAlert();
        return alert;
    }
}
