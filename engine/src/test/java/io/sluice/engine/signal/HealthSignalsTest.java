package io.sluice.engine.signal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a signal switches a brown-out on, and when off. */
final class HealthSignalsTest {
    private static final BrownOutTrigger TRIGGER = new BrownOutTrigger("db", 10_000, 60_000);
    private static final long VALID = 30_000;

    private HealthSignals signals = HealthSignals.NONE;

    private void report(String name, boolean good, long validMillis, long atMillis) {
        SignalReport report = new SignalReport(name, good, validMillis, atMillis);
        if (signals.effect(report, atMillis) == ReportEffect.TAKEN) {
            signals = signals.with(report, TRIGGER, atMillis);
        }
    }

    private void bad(long atMillis) {
        report("db", false, VALID, atMillis);
    }

    private void good(long atMillis) {
        report("db", true, VALID, atMillis);
    }

    private boolean isOn(long atMillis) {
        return signals.isOn(TRIGGER, atMillis);
    }

    @Test
    void shouldSwitchOn_whenBadForLongEnough() {
        // When
        bad(1_000);
        bad(6_000);

        // Then
        assertThat(isOn(10_999)).isFalse();
        assertThat(isOn(11_000)).isTrue();
        assertThat(isOn(35_999)).isTrue();
    }

    @Test
    void shouldStayOff_whenGoodInBetween() {
        // When
        bad(0);
        good(9_999);
        bad(10_000);

        // Then
        assertThat(isOn(19_999)).isFalse();
        assertThat(isOn(20_000)).isTrue();
    }

    @Test
    void shouldStayOn_whenItRecoversTooShortly() {
        // Given
        bad(0);
        bad(20_000);

        // When
        good(21_000);
        good(50_000);
        bad(70_000);
        boolean relapsed = isOn(70_000);
        good(75_000);
        good(100_000);
        good(129_000);

        // Then
        assertThat(relapsed).as("bad again before it was good for a minute").isTrue();
        assertThat(isOn(134_999)).isTrue();
        assertThat(isOn(135_000)).isFalse();
    }

    @Test
    void shouldBeginAnew_whenBadAfterTheBrownOutEnded() {
        // Given
        bad(0);
        bad(20_000);
        good(21_000);
        good(50_000);
        good(79_000);

        // When
        bad(82_000);

        // Then
        assertThat(isOn(82_000)).isFalse();
        assertThat(isOn(92_000)).isTrue();
    }

    @Test
    void shouldSwitchOff_whenTheReporterDies() {
        // Given
        bad(0);
        bad(20_000);

        // When / Then
        assertThat(isOn(49_999)).isTrue();
        assertThat(isOn(50_000)).isFalse();
        bad(51_000);
        assertThat(isOn(60_999))
                .as("what was before the silence does not count")
                .isFalse();
        assertThat(isOn(61_000)).isTrue();
    }

    @Test
    void shouldSwitchNothing_whenTheSignalIsAnotherOrNobodyAsks() {
        // When
        report("other", false, VALID, 0);

        // Then
        assertThat(isOn(20_000)).isFalse();
        assertThat(signals.isOn(null, 20_000)).isFalse();
    }

    @Test
    void shouldChangeNothing_whenAReportIsOldOrACopy() {
        // Given
        bad(5_000);
        good(6_000);

        // When / Then
        assertThat(signals.effect(new SignalReport("db", false, VALID, 6_000), 6_500))
                .isEqualTo(ReportEffect.OLDER);
        assertThat(signals.effect(new SignalReport("db", false, VALID, 5_000), 6_500))
                .isEqualTo(ReportEffect.OLDER);
        assertThat(signals.effect(new SignalReport("db", false, VALID, 6_001), 6_500))
                .isEqualTo(ReportEffect.TAKEN);
        assertThat(signals.effect(new SignalReport("db", false, VALID, 6_000), 45_999))
                .as("it is stale, and still known")
                .isEqualTo(ReportEffect.OLDER);
    }

    @Test
    void shouldTakeNoMore_whenThereAreAsManyAsCanBe() {
        // Given
        for (int i = 0; i < HealthSignals.SIGNALS_MAX; i++) {
            report("s" + i, true, VALID, i);
        }
        SignalReport one = new SignalReport("db", false, VALID, 50);

        // When / Then
        assertThat(signals.effect(one, 50)).isEqualTo(ReportEffect.TOO_MANY);
        report("s3", false, VALID, 60);
        assertThat(signals.named("s3").good()).isFalse();
        assertThat(signals.effect(new SignalReport("db", false, VALID, 45_000), 45_000))
                .as("the first ones are forgotten")
                .isEqualTo(ReportEffect.TAKEN);
    }

    /** The definition, over the whole history of reports. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void shouldAgreeWithTheDefinition_whenReportsAreRandom(long seed) {
        // Given
        SplittableRandom random = new SplittableRandom(seed);
        BrownOutTrigger trigger = new BrownOutTrigger("db", 3_000, 7_000);
        HealthSignals seen = HealthSignals.NONE;
        boolean good = true;
        boolean on = false;
        int turns = 0;
        long sinceMillis = 0;
        long untilMillis = 0;
        long nowMillis = 1_000;
        long reportMillis = 0;

        for (long end = 600_000; nowMillis < end; nowMillis++) {
            if (nowMillis >= reportMillis) {
                // When
                boolean next = random.nextInt(4) == 0 ? !good : good;
                long validMillis = 1_000 + random.nextInt(4_000);
                if (nowMillis >= untilMillis || next != good) {
                    sinceMillis = nowMillis;
                }
                if (nowMillis >= untilMillis) {
                    on = false;
                }
                good = next;
                untilMillis = nowMillis + validMillis;
                reportMillis = nowMillis + 200 + random.nextInt(random.nextInt(6) == 0 ? 9_000 : 1_500);
                seen = seen.with(new SignalReport("db", next, validMillis, nowMillis), trigger, nowMillis);
            }
            boolean before = on;
            if (nowMillis >= untilMillis) {
                on = false;
            } else if (!good && nowMillis - sinceMillis >= trigger.badForMillis()) {
                on = true;
            } else if (good && nowMillis - sinceMillis >= trigger.goodForMillis()) {
                on = false;
            }
            turns += before == on ? 0 : 1;

            // Then
            assertThat(seen.isOn(trigger, nowMillis))
                    .as("seed %d at %d", seed, nowMillis)
                    .isEqualTo(on);
        }
        assertThat(turns).as("seed %d", seed).isGreaterThan(10);
    }
}
