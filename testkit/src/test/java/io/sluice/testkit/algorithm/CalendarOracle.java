package io.sluice.testkit.algorithm;

import io.sluice.engine.bucket.Window;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.TreeSet;

/**
 * The windows of a calendar, by walking it day by day (or offset by offset, for hours).
 *
 * <p>It asks a time zone one thing only, its offset at an instant; where clocks change, it finds the moment by halving.
 * A date begins at the first instant at which the wall clock shows its midnight or anything later.
 */
record CalendarOracle(Window.Unit unit, ZoneId zone, int anchorDay) implements FixedWindowModel.Windows {
    private static final long HOUR = 3_600_000;
    /** Above every offset that was ever in use. */
    private static final long OFFSET_MAX = 16 * HOUR;

    @Override
    public FixedWindowModel.Span holdGrant(long atMillis) {
        return unit == Window.Unit.HOUR ? hourHolding(atMillis) : daysHolding(atMillis);
    }

    private FixedWindowModel.Span daysHolding(long atMillis) {
        LocalDate day = wallClock(atMillis).toLocalDate().minusDays(daysBack());
        long startMillis = Long.MIN_VALUE;
        while (true) {
            if (beginsWindow(day)) {
                long millis = beginMillis(day);
                if (millis > atMillis) {
                    return new FixedWindowModel.Span(startMillis, millis);
                }
                startMillis = millis;
            }
            day = day.plusDays(1);
        }
    }

    /** Enough to meet the beginning of the window, even when a date was skipped or repeated. */
    private int daysBack() {
        return switch (unit) {
            case DAY -> 2;
            case WEEK -> 8;
            case MONTH -> 33;
            default -> 368;
        };
    }

    private boolean beginsWindow(LocalDate day) {
        int anchored = Math.min(anchorDay, YearMonth.from(day).atEndOfMonth().getDayOfMonth());
        return switch (unit) {
            case WEEK -> day.getDayOfWeek() == DayOfWeek.MONDAY;
            case MONTH -> day.getDayOfMonth() == anchored;
            case YEAR -> day.getMonthValue() == 1 && day.getDayOfMonth() == anchored;
            default -> true;
        };
    }

    private long beginMillis(LocalDate day) {
        LocalDateTime midnight = day.atTime(0, 0);
        long asUtc = midnight.toInstant(ZoneOffset.UTC).toEpochMilli();
        TreeSet<Long> candidates = new TreeSet<>();
        long before = offsetMillis(asUtc - OFFSET_MAX);
        candidates.add(asUtc - before);
        for (long millis = asUtc - OFFSET_MAX + HOUR; millis <= asUtc + OFFSET_MAX; millis += HOUR) {
            long offset = offsetMillis(millis);
            if (offset != before) {
                candidates.add(asUtc - offset);
                candidates.add(changeMillis(millis - HOUR, millis));
                before = offset;
            }
        }
        for (long candidate : candidates) {
            if (!wallClock(candidate).isBefore(midnight)) {
                return candidate;
            }
        }
        throw new AssertionError("no beginning of " + day + " in " + zone);
    }

    private FixedWindowModel.Span hourHolding(long atMillis) {
        TreeSet<Long> edges = new TreeSet<>();
        for (long millis = atMillis - 2 * HOUR; millis < atMillis + 2 * HOUR; millis += HOUR / 2) {
            if (offsetMillis(millis) != offsetMillis(millis + HOUR / 2)) {
                edges.add(changeMillis(millis, millis + HOUR / 2));
            }
            long sinceHour = (millis + offsetMillis(millis)) % HOUR;
            addIfOnTheHour(edges, millis - sinceHour);
            addIfOnTheHour(edges, millis - sinceHour + HOUR);
        }
        return new FixedWindowModel.Span(edges.floor(atMillis), edges.higher(atMillis));
    }

    private void addIfOnTheHour(TreeSet<Long> edges, long millis) {
        LocalDateTime local = wallClock(millis);
        if (local.getMinute() == 0 && local.getSecond() == 0 && local.getNano() == 0) {
            edges.add(millis);
        }
    }

    /** The first moment with the later offset, between two moments with different ones. */
    private long changeMillis(long fromMillis, long toMillis) {
        long before = offsetMillis(fromMillis);
        long low = fromMillis;
        long high = toMillis;
        while (high - low > 1) {
            long middle = (low + high) / 2;
            if (offsetMillis(middle) == before) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    private LocalDateTime wallClock(long millis) {
        return LocalDateTime.ofInstant(Instant.ofEpochMilli(millis), zone);
    }

    private long offsetMillis(long millis) {
        return zone.getRules().getOffset(Instant.ofEpochMilli(millis)).getTotalSeconds() * 1_000L;
    }
}
