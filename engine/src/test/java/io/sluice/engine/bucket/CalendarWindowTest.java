package io.sluice.engine.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the windows of a calendar begin and end, as exact instants: what clocks and calendars do to them. */
final class CalendarWindowTest {
    private static final String BERLIN = "Europe/Berlin";
    private static final String NEW_YORK = "America/New_York";

    private static void assertWindow(Window window, Instant at, Instant start, Instant end) {
        long startMillis = window.startMillis(at.toEpochMilli());
        assertThat(Instant.ofEpochMilli(startMillis)).as("start").isEqualTo(start);
        assertThat(Instant.ofEpochMilli(window.endMillis(startMillis)))
                .as("end")
                .isEqualTo(end);
        // It is the same window from its first millisecond to its last, and the next one begins where it ends.
        assertThat(window.startMillis(startMillis)).isEqualTo(startMillis);
        assertThat(window.startMillis(end.toEpochMilli() - 1)).isEqualTo(startMillis);
        assertThat(window.startMillis(end.toEpochMilli())).isEqualTo(end.toEpochMilli());
    }

    private static Window.Calendar calendar(Window.Unit unit, String zone) {
        return new Window.Calendar(unit, ZoneId.of(zone), 1);
    }

    @ParameterizedTest
    @CsvSource({
        // On 29 March 2026 02:00 becomes 03:00, on 25 October 03:00 becomes 02:00.
        BERLIN + ", 2026-03-29T00:59:59.999Z, 2026-03-29T00:00:00Z, 2026-03-29T01:00:00Z",
        BERLIN + ", 2026-03-29T01:00:00Z,     2026-03-29T01:00:00Z, 2026-03-29T02:00:00Z",
        BERLIN + ", 2026-10-25T00:59:59.999Z, 2026-10-25T00:00:00Z, 2026-10-25T01:00:00Z",
        BERLIN + ", 2026-10-25T01:00:00Z,     2026-10-25T01:00:00Z, 2026-10-25T02:00:00Z",
        BERLIN + ", 2026-10-25T02:00:00Z,     2026-10-25T02:00:00Z, 2026-10-25T03:00:00Z",
        // On 8 March 2026 02:00 becomes 03:00, on 1 November 02:00 becomes 01:00.
        NEW_YORK + ", 2026-03-08T06:59:59.999Z, 2026-03-08T06:00:00Z, 2026-03-08T07:00:00Z",
        NEW_YORK + ", 2026-03-08T07:00:00Z,     2026-03-08T07:00:00Z, 2026-03-08T08:00:00Z",
        NEW_YORK + ", 2026-11-01T05:59:59.999Z, 2026-11-01T05:00:00Z, 2026-11-01T06:00:00Z",
        NEW_YORK + ", 2026-11-01T06:00:00Z,     2026-11-01T06:00:00Z, 2026-11-01T07:00:00Z",
        // On 4 October 2026 02:00 becomes 02:30, on 5 April 02:00 becomes 01:30.
        "Australia/Lord_Howe, 2026-10-03T15:29:59.999Z, 2026-10-03T14:30:00Z, 2026-10-03T15:30:00Z",
        "Australia/Lord_Howe, 2026-10-03T15:30:00Z,     2026-10-03T15:30:00Z, 2026-10-03T16:00:00Z",
        "Australia/Lord_Howe, 2026-10-03T16:00:00Z,     2026-10-03T16:00:00Z, 2026-10-03T17:00:00Z",
        "Australia/Lord_Howe, 2026-04-04T14:59:59.999Z, 2026-04-04T14:00:00Z, 2026-04-04T15:00:00Z",
        "Australia/Lord_Howe, 2026-04-04T15:00:00Z,     2026-04-04T15:00:00Z, 2026-04-04T15:30:00Z",
        "Australia/Lord_Howe, 2026-04-04T15:30:00Z,     2026-04-04T15:30:00Z, 2026-04-04T16:30:00Z",
        // On 2 April 2006 00:01 becomes 01:01, on 29 October 00:01 becomes 23:01 of the day before.
        "America/St_Johns, 2006-04-02T03:30:00Z, 2006-04-02T03:30:00Z, 2006-04-02T03:31:00Z",
        "America/St_Johns, 2006-04-02T03:31:00Z, 2006-04-02T03:31:00Z, 2006-04-02T04:30:00Z",
        "America/St_Johns, 2006-10-29T02:30:59Z, 2006-10-29T02:30:00Z, 2006-10-29T02:31:00Z",
        "America/St_Johns, 2006-10-29T02:31:00Z, 2006-10-29T02:31:00Z, 2006-10-29T03:30:00Z",
        "America/St_Johns, 2006-10-29T03:30:00Z, 2006-10-29T03:30:00Z, 2006-10-29T04:30:00Z",
        // Hours of the wall clock begin at no whole hours of UTC.
        "Asia/Kathmandu,  2026-01-01T00:14:59.999Z, 2025-12-31T23:15:00Z, 2026-01-01T00:15:00Z",
        "Africa/Monrovia, 1971-01-01T00:44:30Z,     1971-01-01T00:44:30Z, 1971-01-01T01:44:30Z",
    })
    void shouldFollowTheWallClock_whenWindowsAreHours(String zone, Instant at, Instant start, Instant end) {
        assertWindow(calendar(Window.Unit.HOUR, zone), at, start, end);
    }

    @ParameterizedTest
    @CsvSource({
        // 24 hours, 23 hours, 24 hours; 25 hours.
        BERLIN + ", 2026-03-28T22:59:59.999Z, 2026-03-27T23:00:00Z, 2026-03-28T23:00:00Z",
        BERLIN + ", 2026-03-28T23:00:00Z,     2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z",
        BERLIN + ", 2026-03-29T22:00:00Z,     2026-03-29T22:00:00Z, 2026-03-30T22:00:00Z",
        BERLIN + ", 2026-10-25T01:00:00Z,     2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
        NEW_YORK + ", 2026-03-08T07:00:00Z, 2026-03-08T05:00:00Z, 2026-03-09T04:00:00Z",
        NEW_YORK + ", 2026-11-01T06:00:00Z, 2026-11-01T04:00:00Z, 2026-11-02T05:00:00Z",
        // 23.5 hours and 24.5 hours.
        "Australia/Lord_Howe, 2026-10-03T15:30:00Z, 2026-10-03T13:30:00Z, 2026-10-04T13:00:00Z",
        "Australia/Lord_Howe, 2026-04-04T15:00:00Z, 2026-04-04T13:00:00Z, 2026-04-05T13:30:00Z",
        // At 00:01 it was 23:01 of the day before again: that day has ended, and does not come back.
        "America/St_Johns, 2006-10-29T02:29:59.999Z, 2006-10-28T02:30:00Z, 2006-10-29T02:30:00Z",
        "America/St_Johns, 2006-10-29T02:30:00Z,     2006-10-29T02:30:00Z, 2006-10-30T03:30:00Z",
        "America/St_Johns, 2006-10-29T02:31:00Z,     2006-10-29T02:30:00Z, 2006-10-30T03:30:00Z",
        "America/St_Johns, 2006-10-29T03:29:59.999Z, 2006-10-29T02:30:00Z, 2006-10-30T03:30:00Z",
        "America/St_Johns, 2006-10-29T03:30:00Z,     2006-10-29T02:30:00Z, 2006-10-30T03:30:00Z",
        // Midnight was skipped: the day began at 01:00.
        "America/Sao_Paulo, 2018-11-04T02:59:59.999Z, 2018-11-03T03:00:00Z, 2018-11-04T03:00:00Z",
        "America/Sao_Paulo, 2018-11-04T03:00:00Z,     2018-11-04T03:00:00Z, 2018-11-05T02:00:00Z",
        // Midnight came twice: the day began at the first.
        "America/Havana, 2025-11-02T04:59:59.999Z, 2025-11-02T04:00:00Z, 2025-11-03T05:00:00Z",
        "America/Havana, 2025-11-02T05:00:00Z,     2025-11-02T04:00:00Z, 2025-11-03T05:00:00Z",
        // 30 December 2011 did not take place.
        "Pacific/Apia, 2011-12-30T09:59:59.999Z, 2011-12-29T10:00:00Z, 2011-12-30T10:00:00Z",
        "Pacific/Apia, 2011-12-30T10:00:00Z,     2011-12-30T10:00:00Z, 2011-12-31T10:00:00Z",
        // The end of a leap February, and of a year.
        "UTC, 2028-02-29T23:59:59.999Z, 2028-02-29T00:00:00Z, 2028-03-01T00:00:00Z",
        "UTC, 2027-01-01T00:00:00Z,     2027-01-01T00:00:00Z, 2027-01-02T00:00:00Z",
    })
    void shouldBeginAtTheFirstMidnight_whenWindowsAreDays(String zone, Instant at, Instant start, Instant end) {
        assertWindow(calendar(Window.Unit.DAY, zone), at, start, end);
    }

    @ParameterizedTest
    @CsvSource({
        "UTC, 2026-11-01T23:59:59.999Z, 2026-10-26T00:00:00Z, 2026-11-02T00:00:00Z",
        "UTC, 2026-11-02T00:00:00Z,     2026-11-02T00:00:00Z, 2026-11-09T00:00:00Z",
        // The week that holds the new year is one week.
        "UTC, 2026-12-31T23:59:59.999Z, 2026-12-28T00:00:00Z, 2027-01-04T00:00:00Z",
        "UTC, 2027-01-01T00:00:00Z,     2026-12-28T00:00:00Z, 2027-01-04T00:00:00Z",
        // An hour more or less, when clocks change on its Sunday.
        NEW_YORK + ", 2026-11-01T12:00:00Z, 2026-10-26T04:00:00Z, 2026-11-02T05:00:00Z",
        BERLIN + ",   2026-03-29T12:00:00Z, 2026-03-22T23:00:00Z, 2026-03-29T22:00:00Z",
        // A week of six days, without its Friday.
        "Pacific/Apia, 2011-12-30T12:00:00Z, 2011-12-26T10:00:00Z, 2012-01-01T10:00:00Z",
    })
    void shouldBeginOnMonday_whenWindowsAreWeeks(String zone, Instant at, Instant start, Instant end) {
        assertWindow(calendar(Window.Unit.WEEK, zone), at, start, end);
    }

    @ParameterizedTest
    @CsvSource({
        "1,  UTC, 2026-02-28T23:59:59.999Z, 2026-02-01T00:00:00Z, 2026-03-01T00:00:00Z",
        "1,  UTC, 2026-12-31T23:59:59.999Z, 2026-12-01T00:00:00Z, 2027-01-01T00:00:00Z",
        "15, UTC, 2027-01-14T23:59:59.999Z, 2026-12-15T00:00:00Z, 2027-01-15T00:00:00Z",
        "15, UTC, 2027-01-15T00:00:00Z,     2027-01-15T00:00:00Z, 2027-02-15T00:00:00Z",
        // February without the anchor: its last day, 28 or 29.
        "31, UTC, 2026-02-27T23:59:59.999Z, 2026-01-31T00:00:00Z, 2026-02-28T00:00:00Z",
        "31, UTC, 2026-02-28T00:00:00Z,     2026-02-28T00:00:00Z, 2026-03-31T00:00:00Z",
        "31, UTC, 2028-02-28T23:59:59.999Z, 2028-01-31T00:00:00Z, 2028-02-29T00:00:00Z",
        "31, UTC, 2028-02-29T00:00:00Z,     2028-02-29T00:00:00Z, 2028-03-31T00:00:00Z",
        "30, UTC, 2026-02-28T00:00:00Z,     2026-02-28T00:00:00Z, 2026-03-30T00:00:00Z",
        "30, UTC, 2028-02-29T00:00:00Z,     2028-02-29T00:00:00Z, 2028-03-30T00:00:00Z",
        "29, UTC, 2026-02-28T00:00:00Z,     2026-02-28T00:00:00Z, 2026-03-29T00:00:00Z",
        "29, UTC, 2028-02-28T23:59:59.999Z, 2028-01-29T00:00:00Z, 2028-02-29T00:00:00Z",
        // April has thirty.
        "31, UTC, 2026-04-29T23:59:59.999Z, 2026-03-31T00:00:00Z, 2026-04-30T00:00:00Z",
        "31, UTC, 2026-04-30T00:00:00Z,     2026-04-30T00:00:00Z, 2026-05-31T00:00:00Z",
        // An hour short, and an hour long.
        "31, " + BERLIN + ",  2026-03-30T21:59:59.999Z, 2026-02-27T23:00:00Z, 2026-03-30T22:00:00Z",
        "1, " + NEW_YORK + ", 2026-11-01T06:00:00Z,     2026-11-01T04:00:00Z, 2026-12-01T05:00:00Z",
        // The repeated hour before midnight belongs to the month that has begun at the first.
        "29, America/St_Johns, 2006-10-29T02:31:00Z, 2006-10-29T02:30:00Z, 2006-11-29T03:30:00Z",
        // The anchor's own date was skipped: the window begins where it would have been, and is no longer for that.
        "30, Pacific/Apia, 2011-12-30T09:59:59.999Z, 2011-11-30T10:00:00Z, 2011-12-30T10:00:00Z",
        "30, Pacific/Apia, 2011-12-30T10:00:00Z,     2011-12-30T10:00:00Z, 2012-01-29T10:00:00Z",
        "31, Pacific/Kiritimati, 1995-01-15T00:00:00Z, 1994-12-31T10:00:00Z, 1995-01-30T10:00:00Z",
        "31, Pacific/Kiritimati, 1995-01-30T10:00:00Z, 1995-01-30T10:00:00Z, 1995-02-27T10:00:00Z",
    })
    void shouldBeginOnTheAnchorOrTheLastDay_whenWindowsAreMonths(
            int anchor, String zone, Instant at, Instant start, Instant end) {
        assertWindow(new Window.Calendar(Window.Unit.MONTH, ZoneId.of(zone), anchor), at, start, end);
    }

    @ParameterizedTest
    @CsvSource({
        "1,  UTC, 2026-12-31T23:59:59.999Z, 2026-01-01T00:00:00Z, 2027-01-01T00:00:00Z",
        "1,  UTC, 2028-12-31T23:59:59.999Z, 2028-01-01T00:00:00Z, 2029-01-01T00:00:00Z",
        "28, UTC, 2026-01-28T00:00:00Z,     2026-01-28T00:00:00Z, 2027-01-28T00:00:00Z",
        "29, UTC, 2026-01-28T23:59:59.999Z, 2025-01-29T00:00:00Z, 2026-01-29T00:00:00Z",
        "29, UTC, 2026-01-29T00:00:00Z,     2026-01-29T00:00:00Z, 2027-01-29T00:00:00Z",
        "30, UTC, 2026-01-29T23:59:59.999Z, 2025-01-30T00:00:00Z, 2026-01-30T00:00:00Z",
        "31, UTC, 2026-01-30T23:59:59.999Z, 2025-01-31T00:00:00Z, 2026-01-31T00:00:00Z",
        "31, UTC, 2026-01-31T00:00:00Z,     2026-01-31T00:00:00Z, 2027-01-31T00:00:00Z",
        "1, " + BERLIN + ",   2026-12-31T22:59:59.999Z, 2025-12-31T23:00:00Z, 2026-12-31T23:00:00Z",
        "1, " + BERLIN + ",   2026-12-31T23:00:00Z,     2026-12-31T23:00:00Z, 2027-12-31T23:00:00Z",
        "1, " + NEW_YORK + ", 2027-01-01T04:59:59.999Z, 2026-01-01T05:00:00Z, 2027-01-01T05:00:00Z",
        // Which side of the date line a year began and ended on: 364 days.
        "1, Pacific/Apia, 2011-12-30T10:00:00Z, 2011-01-01T10:00:00Z, 2011-12-31T10:00:00Z",
    })
    void shouldBeginInJanuary_whenWindowsAreYears(int anchor, String zone, Instant at, Instant start, Instant end) {
        assertWindow(new Window.Calendar(Window.Unit.YEAR, ZoneId.of(zone), anchor), at, start, end);
    }
}
