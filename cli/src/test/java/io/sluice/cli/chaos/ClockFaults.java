package io.sluice.cli.chaos;

import io.sluice.cli.chaos.Fault.Injected;
import io.sluice.cli.chaos.Fault.Target;
import io.sluice.cli.process.WrongClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Processes whose clocks step: they are restarted with another time of day, and later with the right one. */
final class ClockFaults {
    private static final Duration WRONG = Duration.ofSeconds(5);
    private static final Duration STEP = Duration.ofHours(1);

    private ClockFaults() {}

    static List<Fault> all() {
        return List.of(
                new Fault("clock-app", Target.APP, WRONG, ClockFaults::app),
                new Fault("clock-front-end", Target.FRONT_END, WRONG, ClockFaults::frontEnd),
                new Fault("clock-broker", Target.BROKER, WRONG, ClockFaults::broker));
    }

    private static Map<String, String> wrong(boolean ahead) {
        return WrongClock.added(Map.of(), ahead ? STEP : STEP.negated());
    }

    private static String text(String name, boolean ahead) {
        return "the clock of " + name + " is an hour " + (ahead ? "ahead" : "behind");
    }

    private static Injected app(Deployment deployment, OpenLoad load, Random random) throws Exception {
        SluiceMember app = Faults.app(deployment, random);
        boolean ahead = random.nextBoolean();
        Affected affected = Affected.ofPartitions(app.partitions());
        app.environment(wrong(ahead));
        app.stop();
        app.start();
        return new Injected(text(app.name(), ahead), affected, () -> {
                    deployment.awaitWhole();
                    app.environment(Map.of());
                    app.stop();
                    app.start();
                })
                .last();
    }

    private static Injected frontEnd(Deployment deployment, OpenLoad load, Random random) throws Exception {
        int index = random.nextInt(Deployment.FRONT_ENDS);
        SluiceMember frontEnd = deployment.frontEnds().get(index);
        boolean ahead = random.nextBoolean();
        frontEnd.environment(wrong(ahead));
        restart(deployment, load, index);
        return new Injected(text(frontEnd.name(), ahead), Affected.ofFrontEnd(index), () -> {
            frontEnd.environment(Map.of());
            restart(deployment, load, index);
        });
    }

    private static void restart(Deployment deployment, OpenLoad load, int index) throws Exception {
        SluiceMember frontEnd = deployment.frontEnds().get(index);
        load.takeOut(index);
        frontEnd.stop();
        frontEnd.start();
        deployment.awaitReady(frontEnd);
        load.putBack(index);
    }

    private static Injected broker(Deployment deployment, OpenLoad load, Random random) throws Exception {
        BrokerNode broker = deployment.brokers().nodes().get(random.nextInt(BrokerCluster.BROKERS));
        boolean ahead = random.nextBoolean();
        Affected affected = Faults.affected(deployment, broker);
        broker.environment(wrong(ahead));
        broker.stop();
        broker.start();
        return new Injected(text(broker.name(), ahead), affected, () -> {
                    deployment.awaitWhole();
                    broker.environment(Map.of());
                    broker.stop();
                    broker.start();
                })
                .last();
    }
}
