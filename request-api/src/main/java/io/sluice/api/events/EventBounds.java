package io.sluice.api.events;

/**
 * The bounds of event streams of a front end.
 *
 * @param streamsMax streams that are open at once; 0 for none ever
 * @param streamsOfCallerMax streams of one key or token
 * @param lifeMillis how long one lasts; its caller then opens another one, and is authenticated again
 */
public record EventBounds(int streamsMax, int streamsOfCallerMax, long lifeMillis) {
    public EventBounds {
        within("streamsMax", streamsMax, 0, 10_000);
        within("streamsOfCallerMax", streamsOfCallerMax, 1, 10_000);
        within("lifeMillis", lifeMillis, 1_000, 3_600_000);
    }

    public static EventBounds standard() {
        return new EventBounds(64, 8, 300_000);
    }

    private static void within(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + ".." + max + ")");
        }
    }
}
