package io.sluice.gateway.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bound of what Envoys admit (G15), in random histories. */
final class QuotaBoundTest {
    private static final int RUNS = 200;
    private static final long RUN_MILLIS = 120_000;
    private static final QuotaConfig CONFIG = QuotaConfig.standard();

    @Test
    void shouldNeverAdmitMoreThanWasDebited_whenEnvoysAndServersFail() {
        for (long seed = 0; seed < RUNS; seed++) {
            // Given
            Random random = new Random(seed);
            long capacity = 1L + random.nextInt(500);
            long perSecond = 1L + random.nextInt(200);
            ModelQuotaLedger ledger = new ModelQuotaLedger(capacity, perSecond);
            QuotaSimulation simulation = new QuotaSimulation(random, CONFIG, ledger);
            simulation.unreliable();
            for (int i = 0; i < 2; i++) {
                fail(simulation, simulation.envoy(demand(simulation, random)), random);
            }
            changes(simulation, ledger, random);

            // When, Then
            for (long millis = 0; millis <= RUN_MILLIS; millis += 500) {
                simulation.runUntil(millis);
                assertThat(simulation.admitted())
                        .as("admitted, seed " + seed + " at " + millis)
                        .isLessThanOrEqualTo(ledger.spendable());
            }
            long lateMillis = CONFIG.leaseMillis() + QuotaSimulation.PAUSE_MILLIS_MAX + 1_000;
            assertBound(simulation, new Bound(capacity, perSecond, lateMillis), seed);
        }
    }

    /** Requests come at a rate that changes, and at times not at all. */
    private static IntSupplier demand(QuotaSimulation simulation, Random random) {
        int[] tenths = new int[(int) (RUN_MILLIS / 5_000) + 1];
        for (int i = 0; i < tenths.length; i++) {
            tenths[i] = random.nextInt(3) == 0 ? 0 : random.nextInt(30);
        }
        return () -> tenths[(int) (simulation.nowMillis() / 5_000)];
    }

    private static void fail(QuotaSimulation simulation, QuotaSimulation.Site site, Random random) {
        for (int i = 0; i < 6; i++) {
            long millis = random.nextInt((int) RUN_MILLIS);
            long until = millis + random.nextInt(QuotaSimulation.PAUSE_MILLIS_MAX);
            switch (random.nextInt(5)) {
                case 0 -> simulation.at(millis, site::killEnvoy);
                case 1 -> simulation.at(millis, site::killServer);
                case 2 -> simulation.at(millis, site::disconnect);
                case 3 -> {
                    simulation.at(millis, site::pause);
                    simulation.at(until, site::resume);
                }
                default -> {
                    simulation.at(millis, site::cut);
                    simulation.at(until, site::heal);
                }
            }
        }
    }

    private static void changes(QuotaSimulation simulation, ModelQuotaLedger ledger, Random random) {
        for (int i = 0; i < 6; i++) {
            long millis = random.nextInt((int) RUN_MILLIS);
            switch (random.nextInt(4)) {
                case 0 -> simulation.at(millis, simulation::revoke);
                case 1 -> simulation.at(millis, simulation::interrupt);
                case 2 -> simulation.at(millis, () -> ledger.leasable(false));
                default -> simulation.at(millis, () -> ledger.leasable(true));
            }
        }
    }

    private record Bound(long capacity, long perSecond, long lateMillis) {}

    /** In no window W more than capacity + rate × (W + lateness): the largest excess over all windows, in one pass. */
    private static void assertBound(QuotaSimulation simulation, Bound bound, long seed) {
        double allowed = bound.capacity() + bound.perSecond() * bound.lateMillis() / 1_000.0;
        double excess = 0;
        long before = 0;
        for (long millis : simulation.admittedMillis()) {
            excess = Math.max(0, excess - bound.perSecond() * (millis - before) / 1_000.0) + 1;
            before = millis;
            assertThat(excess)
                    .as("admitted beyond the rate, seed " + seed + " at " + millis)
                    .isLessThanOrEqualTo(allowed);
        }
    }

    @Test
    void shouldKeepTheBoundOfLeases_whenNothingStandsStill() {
        for (long seed = 0; seed < RUNS; seed++) {
            // Given
            Random random = new Random(seed);
            long capacity = 1L + random.nextInt(500);
            long perSecond = 1L + random.nextInt(200);
            QuotaSimulation simulation = new QuotaSimulation(random, CONFIG, new ModelQuotaLedger(capacity, perSecond));
            simulation.envoy(demand(simulation, random));
            simulation.envoy(demand(simulation, random));

            // When
            simulation.runUntil(RUN_MILLIS);

            // Then
            long lateMillis = CONFIG.leaseMillis() + 2 * QuotaSimulation.LATENCY_MILLIS_MAX;
            assertBound(simulation, new Bound(capacity, perSecond, lateMillis), seed);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldAdmitNearlyAll_whenTheDemandIsSteadyAndBelowTheLimit(boolean leasable) {
        // Given
        ModelQuotaLedger ledger = new ModelQuotaLedger(2_000, 500);
        ledger.leasable(leasable);
        QuotaSimulation simulation = new QuotaSimulation(new Random(1), CONFIG, ledger);
        simulation.envoy(() -> 10);

        // When
        simulation.runUntil(20_000);
        long before = simulation.admitted();
        simulation.runUntil(80_000);

        // Then
        assertThat(simulation.admitted() - before).isGreaterThan(100 * 60 * 95 / 100);
        assertThat(simulation.admitted()).isLessThanOrEqualTo(ledger.spendable());
        assertThat(ledger.debited()).as("tokens for no more than was needed").isLessThan(100 * 80 * 125 / 100);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldUseMostOfTheLimit_whenTwoEnvoysWantMore(boolean leasable) {
        // Given
        ModelQuotaLedger ledger = new ModelQuotaLedger(200, 100);
        ledger.leasable(leasable);
        QuotaSimulation simulation = new QuotaSimulation(new Random(1), CONFIG, ledger);
        simulation.envoy(() -> 15);
        simulation.envoy(() -> 15);

        // When
        simulation.runUntil(10_000);
        long before = simulation.admitted();
        simulation.runUntil(70_000);

        // Then
        assertThat(simulation.admitted() - before).isBetween(60 * 85L, 60 * 100L + 200);
    }

    @Test
    void shouldCountWhatEnvoysReport_whenNothingFails() {
        // Given
        ModelQuotaLedger ledger = new ModelQuotaLedger(50, 20);
        QuotaSimulation simulation = new QuotaSimulation(new Random(1), CONFIG, ledger);
        QuotaSimulation.Site site = simulation.envoy(() -> simulation.nowMillis() < 60_000 ? 3 : 0);

        // When
        simulation.runUntil(100_000);

        // Then
        long admitted = simulation.admitted();
        assertThat(ledger.reportedAllowed()).isEqualTo(admitted);
        assertThat(ledger.reportedAllowed() + ledger.reportedDenied()).isEqualTo(3 * (600 - 1));
        assertThat(ledger.openLeases()).isZero();
        assertThat(List.of(site.model().bucketCount(), simulation.bucketsOfServer()))
                .containsExactly(0, 0);
    }
}
