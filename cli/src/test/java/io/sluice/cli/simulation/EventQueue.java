package io.sluice.cli.simulation;

import java.util.Comparator;
import java.util.PriorityQueue;

/** Virtual time, and everything that is due at some time: one event after the other, in one thread. */
final class EventQueue {
    private record Event(long atMillis, long number, Runnable work) {}

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atMillis).thenComparingLong(Event::number));
    private long nowMillis;
    private long number;

    EventQueue(long startMillis) {
        this.nowMillis = startMillis;
    }

    /** The true time, which no clock of the cluster shows. */
    long nowMillis() {
        return nowMillis;
    }

    void at(long millis, Runnable work) {
        events.add(new Event(Math.max(nowMillis, millis), number++, work));
    }

    void after(long millis, Runnable work) {
        at(nowMillis + millis, work);
    }

    /** Runs what is due until then; {@code afterEach} runs after every event. */
    void runUntil(long millis, Runnable afterEach) {
        while (!events.isEmpty() && events.peek().atMillis() <= millis) {
            Event event = events.remove();
            nowMillis = event.atMillis();
            event.work().run();
            afterEach.run();
        }
        nowMillis = millis;
    }
}
