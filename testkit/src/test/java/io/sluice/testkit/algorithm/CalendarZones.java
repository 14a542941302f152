package io.sluice.testkit.algorithm;

import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;

/** Time zones in which clocks have done something odd since 1970. */
final class CalendarZones {
    static final List<ZoneId> ALL = Stream.of(
                    "UTC",
                    "Europe/Berlin",
                    "America/New_York",
                    // Half an hour of summer time.
                    "Australia/Lord_Howe",
                    // Clocks turned at 00:01 until 2011, so that a minute's date was repeated.
                    "America/St_Johns",
                    // Midnight is skipped when summer time begins, and comes twice when it ends.
                    "America/Sao_Paulo",
                    "America/Havana",
                    "Asia/Beirut",
                    // A whole date was skipped: 30 December 2011, 31 December 1994, 21 August 1993.
                    "Pacific/Apia",
                    "Pacific/Kiritimati",
                    "Pacific/Kwajalein",
                    // Offsets that are no whole hours: of 44 min 30 s until 1972, of 45 minutes.
                    "Africa/Monrovia",
                    "Asia/Kathmandu",
                    // Two hours of summer time.
                    "Antarctica/Troll")
            .map(ZoneId::of)
            .toList();

    private CalendarZones() {}
}
