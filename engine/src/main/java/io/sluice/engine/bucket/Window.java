package io.sluice.engine.bucket;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/** The rule by which windows of a {@link FixedWindow} begin and end; the end of a window belongs to the next one. */
public sealed interface Window {
    /** The longest window, as long as the longest period of a rate. */
    long PERIOD_MILLIS_MAX = Rate.PERIOD_MILLIS_MAX;

    /** The beginning of the window that holds {@code atMillis}, if a charge at that moment opens it. */
    long startMillis(long atMillis);

    /** The end of the window that began at {@code startMillis}: the first moment of the next one. */
    long endMillis(long startMillis);

    /** Windows of {@code periodMillis}, counted from the epoch: all buckets start a new window at the same moments. */
    record EpochAligned(long periodMillis) implements Window {
        public EpochAligned {
            Bounds.within("per", periodMillis, 1, PERIOD_MILLIS_MAX);
        }

        @Override
        public long startMillis(long atMillis) {
            return atMillis - Math.floorMod(atMillis, periodMillis);
        }

        @Override
        public long endMillis(long startMillis) {
            return startMillis + periodMillis;
        }
    }

    /** Windows of {@code periodMillis} that begin with the first charge: each bucket has its own moments. */
    record FirstHit(long periodMillis) implements Window {
        public FirstHit {
            Bounds.within("per", periodMillis, 1, PERIOD_MILLIS_MAX);
        }

        @Override
        public long startMillis(long atMillis) {
            return atMillis;
        }

        @Override
        public long endMillis(long startMillis) {
            return startMillis + periodMillis;
        }
    }

    /** The units of the calendar. */
    enum Unit {
        HOUR,
        DAY,
        WEEK,
        MONTH,
        YEAR
    }

    /**
     * Windows of the calendar in one time zone.
     *
     * <p>Days begin at local midnight, or at the first moment after it where midnight is skipped; so a day has 23 or 25
     * hours when clocks change. Hours are those of the wall clock: the hour that is repeated when clocks go back is two
     * windows. Weeks begin on Monday. A month or year begins on {@code anchorDay} of the month, or on the month's last
     * day if it is shorter: anchored at 31, windows begin on 31 January, 28 February, 31 March.
     *
     * @param unit length of a window
     * @param zone time zone whose midnight counts
     * @param anchorDay day of the month, 1..31, on which months and years begin; 1 for other units
     */
    record Calendar(Unit unit, ZoneId zone, int anchorDay) implements Window {
        public Calendar {
            Bounds.within("anchorDay", anchorDay, 1, unit == Unit.MONTH || unit == Unit.YEAR ? 31 : 1);
        }

        @Override
        public long startMillis(long atMillis) {
            if (unit == Unit.HOUR) {
                return hourStartMillis(atMillis);
            }
            long startMillis = midnightMillis(startDate(dateAt(atMillis)));
            // When clocks go back over midnight, a moment can have the date of a day that has already ended.
            for (long end = endMillis(startMillis); end <= atMillis; end = endMillis(startMillis)) {
                startMillis = end;
            }
            return startMillis;
        }

        @Override
        public long endMillis(long startMillis) {
            if (unit == Unit.HOUR) {
                return hourEndMillis(startMillis);
            }
            LocalDate start = dateAt(startMillis);
            LocalDate next = switch (unit) {
                case WEEK -> startDate(start).plusWeeks(1);
                case MONTH -> {
                    // Where the anchor's own date was skipped, the window begins on the date after it, which can be
                    // the first of a month whose anchor is yet to come.
                    LocalDate thisMonth = anchored(start.withDayOfMonth(1));
                    yield midnightMillis(thisMonth) > startMillis
                            ? thisMonth
                            : anchored(start.withDayOfMonth(1).plusMonths(1));
                }
                case YEAR -> anchored(LocalDate.of(start.getYear() + 1, 1, 1));
                default -> start.plusDays(1);
            };
            return midnightMillis(next);
        }

        private LocalDate dateAt(long millis) {
            return LocalDate.ofInstant(Instant.ofEpochMilli(millis), zone);
        }

        private long midnightMillis(LocalDate date) {
            return date.atStartOfDay(zone).toInstant().toEpochMilli();
        }

        private LocalDate startDate(LocalDate date) {
            return switch (unit) {
                case WEEK -> date.minusDays(date.getDayOfWeek().getValue() - 1L);
                case MONTH -> {
                    LocalDate thisMonth = anchored(date.withDayOfMonth(1));
                    yield date.isBefore(thisMonth)
                            ? anchored(date.withDayOfMonth(1).minusMonths(1))
                            : thisMonth;
                }
                case YEAR -> {
                    LocalDate thisYear = anchored(LocalDate.of(date.getYear(), 1, 1));
                    yield date.isBefore(thisYear) ? anchored(LocalDate.of(date.getYear() - 1, 1, 1)) : thisYear;
                }
                default -> date;
            };
        }

        private LocalDate anchored(LocalDate firstOfMonth) {
            return firstOfMonth.withDayOfMonth(Math.min(anchorDay, firstOfMonth.lengthOfMonth()));
        }

        private long hourStartMillis(long atMillis) {
            Instant at = Instant.ofEpochMilli(atMillis);
            LocalDateTime local = LocalDateTime.ofInstant(at, zone);
            Instant start = local.truncatedTo(ChronoUnit.HOURS)
                    .atOffset(zone.getRules().getOffset(at))
                    .toInstant();
            // Where clocks change inside an hour, the part after the change is a window of its own.
            var change = zone.getRules().previousTransition(at.plusMillis(1));
            return change != null && change.getInstant().isAfter(start)
                    ? change.getInstant().toEpochMilli()
                    : start.toEpochMilli();
        }

        private long hourEndMillis(long startMillis) {
            Instant start = Instant.ofEpochMilli(startMillis);
            LocalTime local = LocalTime.ofInstant(start, zone);
            long leftMillis = 3_600_000 - (local.toNanoOfDay() / 1_000_000) % 3_600_000;
            Instant end = start.plusMillis(leftMillis);
            var change = zone.getRules().nextTransition(start);
            return change != null && change.getInstant().isBefore(end)
                    ? change.getInstant().toEpochMilli()
                    : end.toEpochMilli();
        }
    }
}
