package io.sluice.testkit.algorithm;

import io.sluice.engine.bucket.FixedWindow;
import io.sluice.engine.bucket.TokenBucket;
import io.sluice.engine.bucket.Window;
import java.time.ZoneId;
import java.util.List;

/** {@link FixedWindow} whose windows are those of a calendar, against {@link CalendarOracle}. */
final class CalendarWindowTckTest extends AlgorithmTck {
    private static final List<ZoneId> ZONES = CalendarZones.ALL;

    @Override
    Subject subject(TckRandom random) {
        Window.Unit unit = Window.Unit.values()[random.below(Window.Unit.values().length)];
        ZoneId zone = ZONES.get(random.below(ZONES.size()));
        int anchor = unit == Window.Unit.MONTH || unit == Window.Unit.YEAR ? (int) random.between(1, 31) : 1;
        long limit = random.upTo(TokenBucket.BURST_MAX);
        return new Subject(
                new FixedWindow(new Window.Calendar(unit, zone, anchor), limit),
                new FixedWindowModel(new CalendarOracle(unit, zone, anchor), limit, random.moment()));
    }
}
