package io.sluice.client.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.fastpath.ScriptedFrontEnd.Asked;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens, and in whatever order: nothing is admitted twice, and everything is told. */
final class FastAdmissionsHistoryTest {
    private static final FastPath CONFIG = new FastPath(true, 400, 100, 20, 5_000);
    private static final String[] CLIENTS = {"acme/a", "acme/b", "acme/c"};

    private final ManualTimers timers = new ManualTimers();
    private final ScriptedLedger ledger = new ScriptedLedger(timers);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void shouldAddUp_whenAnythingHappens(long seed) {
        // Given: two front ends on the same keys
        SplittableRandom random = new SplittableRandom(seed);
        List<ScriptedFrontEnd> fronts =
                List.of(new ScriptedFrontEnd(ledger, CONFIG, timers), new ScriptedFrontEnd(ledger, CONFIG, timers));
        ledger.perSecond = 100 + random.nextInt(3_000);
        ledger.tokens(random.nextInt(5_000));
        int pausePerMille = 100 + random.nextInt(900);

        // When
        for (int step = 0; step < 6_000; step++) {
            ScriptedFrontEnd front = fronts.get(random.nextInt(fronts.size()));
            front.ask(CLIENTS[random.nextInt(CLIENTS.length)], 1 + random.nextInt(random.nextInt(8) == 0 ? 50 : 3));
            if (random.nextInt(1_000) < pausePerMille) {
                timers.pass(1 + random.nextInt(4));
            }
            disturb(random);
        }
        ledger.down = false;
        fronts.forEach(front -> front.fast.close());
        timers.pass(10_000);

        // Then
        long localTokens = sum(fronts, ScriptedFrontEnd::localAllowedTokens);
        long tokens = sum(fronts, ScriptedFrontEnd::allowedTokens);
        String told = "seed " + seed;
        assertThat(fronts)
                .allSatisfy(front -> assertThat(front.asked)
                        .as(told)
                        .allMatch(asked -> asked.answer().isDone()));
        assertThat(localTokens).as(told).isPositive().isLessThanOrEqualTo(ledger.grantedTokens);
        assertThat(ledger.spentTokens()).as(told).isEqualTo(localTokens);
        assertThat(ledger.reportedAllowed()).as(told).isEqualTo(sum(fronts, ScriptedFrontEnd::localAllowed));
        assertThat(ledger.reportedDenied()).as(told).isEqualTo(sum(fronts, ScriptedFrontEnd::localDenied));
        // A verdict that came too late was charged all the same.
        assertThat(tokens - localTokens).as(told).isLessThanOrEqualTo(ledger.allowedTokens);
    }

    private void disturb(SplittableRandom random) {
        switch (random.nextInt(600)) {
            case 0 -> ledger.revoke(null);
            case 1 -> ledger.revoke("acme");
            case 2 -> timers.pass(random.nextInt(1_500));
            case 3 -> timers.stall(random.nextInt(1_500));
            case 4 -> ledger.down = !ledger.down;
            case 5 -> ledger.oneWayMillis = 1 + random.nextInt(80);
            case 6 -> ledger.interrupt();
            case 7 -> ledger.leasable = random.nextInt(4) != 0;
            default -> {
                // Most of the time nothing happens.
            }
        }
    }

    private static long sum(List<ScriptedFrontEnd> fronts, java.util.function.ToLongFunction<ScriptedFrontEnd> count) {
        return fronts.stream().mapToLong(count).sum();
    }

    /**
     * Requests whose denial was repeated, although the ledger had tokens for them at the time that it had to know of.
     */
    @ParameterizedTest
    @ValueSource(longs = {31, 32, 33, 34, 35})
    void shouldDenyNothingThatFits_whenNothingComesBack(long seed) {
        // Given: one front end, and tokens that come slowly
        SplittableRandom random = new SplittableRandom(seed);
        ScriptedFrontEnd front = new ScriptedFrontEnd(ledger, CONFIG, timers);
        ledger.perSecond = 20;
        ledger.tokens(0);

        // When: cheap and dear requests take turns
        for (int step = 0; step < 2_000; step++) {
            front.ask("acme/a", random.nextInt(4) == 0 ? 1 : 5 + random.nextInt(20));
            timers.pass(1 + random.nextInt(5));
        }
        timers.pass(6_000);

        // Then: the cheap ones take all that there is, as soon as it is there
        long allowedTokens = front.asked.stream()
                .filter(Asked::isAllowed)
                .mapToLong(asked -> asked.request().cost())
                .sum();
        assertThat(front.localDenied()).as("seed " + seed).isGreaterThan(400);
        assertThat(allowedTokens).as("seed " + seed).isGreaterThan(80);
    }
}
