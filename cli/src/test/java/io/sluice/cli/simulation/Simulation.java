package io.sluice.cli.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * One seed: a cluster, its callers and its operators, some virtual seconds of faults, and then the invariants.
 *
 * <pre>
 *   front ends --&gt; request log --&gt; apps --&gt; transactions --&gt; topics
 *       ^                            |
 *       +--- replies, uncommitted ---+
 * </pre>
 *
 * <p>All of it is one thread and one queue of events, so a seed is a history.
 */
final class Simulation {
    private static final long FAULTY_MILLIS_MIN = 3_000;
    private static final int FAULTY_MILLIS_MORE = 4_000;
    private static final long CALM_MILLIS = 500;
    private static final int CALM_ROUNDS_MAX = 60;

    private final World world;
    private final SimulatedCluster cluster;
    private final List<FrontEnd> frontEnds = new ArrayList<>();
    private final List<LocalAnswer> localAnswers = new ArrayList<>();
    private final Map<String, Long> leaseEndMillis = new HashMap<>();
    private final Callers callers;
    private final Operators operators;
    private final Faults faults;
    private final SplittableRandom random;
    private final long endMillis;
    private long quietUntilMillis;

    private Simulation(long seed, Defect defect) {
        this.world = new World(seed, defect);
        this.cluster = new SimulatedCluster(world);
        for (int number = 0; number < World.FRONT_ENDS; number++) {
            frontEnds.add(new FrontEnd(world, cluster, number, leaseEndMillis));
        }
        this.callers = new Callers(world, cluster, frontEnds, localAnswers);
        this.operators = new Operators(world, cluster.log());
        this.faults = new Faults(world, cluster, frontEnds);
        this.random = world.chance();
        this.endMillis = world.nowMillis() + FAULTY_MILLIS_MIN + random.nextInt(FAULTY_MILLIS_MORE);
    }

    static SimulationResult run(long seed, Defect defect) {
        Simulation simulation = new Simulation(seed, defect);
        Throwable failure = null;
        try {
            simulation.run();
        } catch (AssertionError | RuntimeException e) {
            failure = e;
        }
        World world = simulation.world;
        return new SimulationResult(
                seed,
                world.trace.hash(),
                world.trace.lines(),
                simulation.cluster.log().records().size(),
                world.trace.tail(),
                world.coverage,
                failure);
    }

    /** The cluster after a whole history, in which nothing was broken. */
    static SimulatedCluster history(long seed) {
        Simulation simulation = new Simulation(seed, Defect.NONE);
        simulation.run();
        return simulation.cluster;
    }

    private void run() {
        operators.begin();
        cluster.start();
        boolean isCalm = random.nextInt(8) == 0;
        loop(20, 60, this::act);
        loop(500, 1_600, this::operate);
        if (!isCalm) {
            loop(60, 350, faults::next);
        }
        world.events.runUntil(endMillis, this::flush);
        end();
        new Invariants(world, cluster, localAnswers, leaseEndMillis).check();
    }

    private void loop(int millisMin, int millisMax, Runnable step) {
        world.events.after(millisMin + random.nextInt(millisMax - millisMin), () -> {
            if (world.nowMillis() < endMillis) {
                step.run();
                loop(millisMin, millisMax, step);
            }
        });
    }

    private void act() {
        if (world.nowMillis() < quietUntilMillis) {
            return;
        }
        if (random.nextInt(100) == 0) {
            quietUntilMillis = world.nowMillis() + 300 + random.nextInt(2_500);
            world.note(Occurrence.QUIET_PERIOD, "until " + quietUntilMillis);
        }
        callers.act();
        if (random.nextInt(40) == 0) {
            operators.sendBad();
        }
    }

    private void operate() {
        List<String> accounts = Callers.CHANGING_ACCOUNTS;
        switch (random.nextInt(6)) {
            case 0, 1 -> operators.changeRules();
            case 2 -> operators.repeatRules();
            case 3 -> operators.changeAccess();
            default -> operators.changeAccount(accounts.get(random.nextInt(accounts.size())));
        }
    }

    private void flush() {
        world.requireNoFailure();
        frontEnds.forEach(FrontEnd::flush);
    }

    /** Faults end, front ends report what they have, and everything that was written is decided. */
    private void end() {
        cluster.heal();
        world.trace.add("faults end");
        // Leases expire, callers give up, dead apps are back.
        world.events.runUntil(world.nowMillis() + 4_000, this::flush);
        frontEnds.forEach(frontEnd -> frontEnd.fast().close());
        flush();
        for (int round = 0; round < CALM_ROUNDS_MAX; round++) {
            world.events.runUntil(world.nowMillis() + CALM_MILLIS, this::flush);
            if (cluster.isQuiet()) {
                return;
            }
            if (cluster.hasOpenVouchers()) {
                // A lease ends by the partition's time, and that goes on with records alone.
                callers.ping();
            }
        }
        throw new AssertionError(
                "records are left undecided, " + CALM_ROUNDS_MAX * CALM_MILLIS + " ms after the faults");
    }
}
