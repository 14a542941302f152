package io.sluice.testkit.algorithm;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.bucket.Window;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Windows of the calendar, of odd time zones and at random instants from 1970 to 2100. */
final class CalendarWindowPropertyTest {
    private static final long DAY = 86_400_000;
    private static final long BEGIN = Instant.parse("1970-01-03T00:00:00Z").toEpochMilli();
    private static final long END = Instant.parse("2100-01-01T00:00:00Z").toEpochMilli();
    private static final int ROUNDS = 60_000;

    /** One calendar and one instant. */
    private record Drawn(Window.Calendar window, long atMillis) {
        static Drawn of(TckRandom random) {
            Window.Unit unit = Window.Unit.values()[random.below(Window.Unit.values().length)];
            ZoneId zone = CalendarZones.ALL.get(random.below(CalendarZones.ALL.size()));
            int anchor = unit == Window.Unit.MONTH || unit == Window.Unit.YEAR ? (int) random.between(1, 31) : 1;
            return new Drawn(new Window.Calendar(unit, zone, anchor), instant(zone, random));
        }

        /** Every other one near a change of clocks, where calendars go wrong. */
        private static long instant(ZoneId zone, TckRandom random) {
            List<Long> changes = zone.getRules().getTransitions().stream()
                    .map(change -> change.getInstant().toEpochMilli())
                    .filter(millis -> millis > BEGIN + 40 * DAY)
                    .toList();
            if (changes.isEmpty() || random.below(2) == 0) {
                return random.between(BEGIN, END);
            }
            long away = random.upTo(40 * DAY) - 1;
            return changes.get(random.below(changes.size())) + (random.below(2) == 0 ? away : -away);
        }

        @Override
        public String toString() {
            return window + " at " + Instant.ofEpochMilli(atMillis);
        }
    }

    @Test
    void shouldBeHalfOpenAndContiguous_whenInstantsAreRandom() {
        for (long seed = 0; seed < ROUNDS; seed++) {
            // Given
            Drawn drawn = Drawn.of(new TckRandom(seed));
            Window window = drawn.window();

            // When
            long start = window.startMillis(drawn.atMillis());
            long end = window.endMillis(start);

            // Then
            assertThat(drawn.atMillis()).as("seed %d: %s", seed, drawn).isBetween(start, end - 1);
            assertThat(window.startMillis(start))
                    .as("seed %d: %s, its first", seed, drawn)
                    .isEqualTo(start);
            assertThat(window.startMillis(end - 1))
                    .as("seed %d: %s, its last", seed, drawn)
                    .isEqualTo(start);
            assertThat(window.startMillis(end))
                    .as("seed %d: %s, the next", seed, drawn)
                    .isEqualTo(end);
            assertThat(window.endMillis(window.startMillis(start - 1)))
                    .as("seed %d: %s, the one before", seed, drawn)
                    .isEqualTo(start);
        }
    }

    @Test
    void shouldAgreeWithAWalkThroughTheCalendar_whenInstantsAreRandom() {
        for (long seed = 0; seed < ROUNDS; seed++) {
            // Given
            Drawn drawn = Drawn.of(new TckRandom(seed));
            Window.Calendar window = drawn.window();

            // When
            FixedWindowModel.Span span =
                    new CalendarOracle(window.unit(), window.zone(), window.anchorDay()).holdGrant(drawn.atMillis());

            // Then
            long start = window.startMillis(drawn.atMillis());
            assertThat(new FixedWindowModel.Span(start, window.endMillis(start)))
                    .as("seed %d: %s", seed, drawn)
                    .isEqualTo(span);
        }
    }

    @Test
    void shouldLeaveNoGap_whenWindowsAreFollowedFromOneToTheNext() {
        for (ZoneId zone : CalendarZones.ALL) {
            for (int anchor = 1; anchor <= 31; anchor++) {
                // Given
                Window window = new Window.Calendar(Window.Unit.MONTH, zone, anchor);
                long start = window.startMillis(BEGIN);
                int windows = 0;

                // When
                while (start < END) {
                    long end = window.endMillis(start);
                    assertThat(window.startMillis(end - 1))
                            .as("%s from %s", window, Instant.ofEpochMilli(start))
                            .isEqualTo(start);
                    start = end;
                    windows++;
                }

                // Then
                assertThat(windows).as("months of 130 years in %s", window).isBetween(130 * 12, 130 * 12 + 1);
            }
        }
    }
}
