package io.sluice.cli.simulation;

import java.util.List;
import java.util.SplittableRandom;

/** What goes wrong: one fault after the other, by chance. */
final class Faults {
    private static final List<Occurrence> ARMED = List.of(
            Occurrence.CRASH_AMID_RECORDS,
            Occurrence.CRASH_BEFORE_COMMIT,
            Occurrence.CRASH_AFTER_COMMIT,
            Occurrence.SEND_FAILED);

    private final World world;
    private final SimulatedCluster cluster;
    private final List<FrontEnd> frontEnds;
    private final SplittableRandom random;

    Faults(World world, SimulatedCluster cluster, List<FrontEnd> frontEnds) {
        this.world = world;
        this.cluster = cluster;
        this.frontEnds = frontEnds;
        this.random = world.chance();
    }

    void next() {
        SimulatedApp app = cluster.apps().get(random.nextInt(World.APPS));
        FrontEnd frontEnd = frontEnds.get(random.nextInt(frontEnds.size()));
        int partition = random.nextInt(World.REQUEST_PARTITIONS);
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4, 5 -> arm(app);
            case 6 -> fence(app);
            case 7 -> pause(app);
            case 8, 9, 10 -> cluster.move(partition);
            case 11, 12 -> delay(partition);
            case 13, 14, 15 -> stepBrokerClock(partition);
            case 16 -> stepAppClock(app);
            case 17 -> frontEnd.crash();
            case 18 -> frontEnd.pause(100 + random.nextInt(2_500));
            default -> {
                if (random.nextInt(4) == 0) {
                    killAll();
                } else {
                    frontEnd.interrupt(20 + random.nextInt(500));
                }
            }
        }
    }

    private void arm(SimulatedApp app) {
        if (app.isRunning()) {
            app.armed = ARMED.get(random.nextInt(ARMED.size()));
        }
    }

    private void fence(SimulatedApp app) {
        if (app.isRunning()) {
            cluster.fence(app, 300 + random.nextInt(3_000));
        }
    }

    private void pause(SimulatedApp app) {
        if (app.isRunning()) {
            cluster.pause(app, 20 + random.nextInt(400));
        }
    }

    private void delay(int partition) {
        long millis = 50L + random.nextInt(1_000);
        world.note(Occurrence.PARTITION_DELAYED, "partition " + partition + " for " + millis);
        cluster.delay(partition, millis);
    }

    private void killAll() {
        world.note(Occurrence.ALL_APPS_DOWN, "");
        for (SimulatedApp app : cluster.apps()) {
            if (app.isAlive) {
                cluster.crash(app, Occurrence.CRASH_AMID_RECORDS);
            }
        }
    }

    /** A leader's clock is set, or another broker leads. */
    private void stepBrokerClock(int partition) {
        long before = cluster.log().leaderAheadMillis(partition);
        long aheadMillis = switch (random.nextInt(6)) {
            case 0, 1 -> random.nextInt(-800, 800);
            case 2 -> random.nextInt(1_000, 55_000);
            case 3 -> random.nextInt(65_000, 3_600_000);
            case 4 -> random.nextInt(-30_000, -1_000);
            default -> 0;
        };
        long stepMillis = aheadMillis - before;
        Occurrence step = stepMillis < 0
                ? Occurrence.BROKER_CLOCK_BACK
                : stepMillis > 60_000 ? Occurrence.BROKER_CLOCK_LEAPT : Occurrence.BROKER_CLOCK_AHEAD;
        world.note(step, "partition " + partition + " by " + stepMillis);
        cluster.log().setLeaderClock(partition, aheadMillis);
    }

    private void stepAppClock(SimulatedApp app) {
        app.clockAheadMillis = random.nextInt(3) == 0 ? random.nextInt(-100_000, 100_000) : 0;
        world.note(Occurrence.APP_CLOCK_STEPPED, "app " + app.number + " to " + app.clockAheadMillis);
    }
}
