package io.sluice.cli.chaos;

import io.sluice.cli.chaos.Fault.Injected;
import io.sluice.cli.chaos.Fault.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The faults of processes and of the network between them. */
final class Faults {
    /** Longer than the session of a group's member, and than a transaction may last: both are 6 s. */
    private static final Duration LONG = Duration.ofSeconds(9);

    private static final Duration NETWORK = Duration.ofSeconds(6);
    private static final long LATE_MILLIS = 80;

    private Faults() {}

    /** Every fault, in the order of a run. */
    static List<Fault> all() {
        List<Fault> faults = new ArrayList<>(List.of(
                new Fault("kill-app", Target.APP, LONG, (deployment, load, random) -> kill(app(deployment, random))),
                new Fault("kill-front-end", Target.FRONT_END, Duration.ofSeconds(3), Faults::killFrontEnd),
                new Fault("kill-broker", Target.BROKER, LONG, Faults::killBroker),
                new Fault("pause-app", Target.APP, LONG, (deployment, load, random) -> pause(app(deployment, random))),
                new Fault("pause-front-end", Target.FRONT_END, LONG, Faults::pauseFrontEnd),
                new Fault("pause-broker", Target.BROKER, LONG, Faults::pauseBroker),
                new Fault("partition-app", Target.APP, LONG, Faults::partitionApp),
                new Fault("partition-front-end", Target.FRONT_END, NETWORK, Faults::partitionFrontEnd),
                new Fault("cut-front-end", Target.FRONT_END, NETWORK, Faults::cutFrontEnd),
                new Fault("delay-front-end", Target.FRONT_END, NETWORK, Faults::delayFrontEnd),
                new Fault("cut-callers", Target.FRONT_END, Duration.ofSeconds(3), Faults::cutCallers),
                new Fault("stop-broker", Target.BROKER, Duration.ofSeconds(3), Faults::stopBroker)));
        faults.addAll(PlannedFaults.all());
        faults.addAll(StateFaults.all());
        faults.addAll(ClockFaults.all());
        faults.add(new Fault("open-transaction", Target.LOG, Duration.ofSeconds(1), ForeignTransaction::inject));
        return faults;
    }

    /** An app that has partitions: nobody would notice that another one is gone. */
    static SluiceMember app(Deployment deployment, Random random) {
        List<SluiceMember> busy = deployment.apps().stream()
                .filter(app -> app.isAlive() && !app.partitions().isEmpty())
                .toList();
        List<SluiceMember> candidates = busy.isEmpty() ? deployment.apps() : busy;
        return candidates.get(random.nextInt(candidates.size()));
    }

    private static BrokerNode broker(Deployment deployment, Random random) {
        return deployment.brokers().nodes().get(random.nextInt(BrokerCluster.BROKERS));
    }

    /**
     * Whom a broker's loss may hurt: the partitions that it leads, and the callers of the front ends whose replies it
     * leads. If it coordinates the group or a transaction of an app, that app commits and restores nothing meanwhile.
     */
    static Affected affected(Deployment deployment, BrokerNode broker) throws Exception {
        Set<Integer> coordinated = deployment.coordinatedBy(broker.id());
        Set<Integer> partitions = new HashSet<>(led(deployment.requestLeaders(), broker));
        partitions.addAll(coordinated);
        Set<Integer> replies = led(deployment.replyLeaders(), broker);
        Set<Integer> frontEnds = Stream.iterate(0, i -> i < Deployment.FRONT_ENDS, i -> i + 1)
                .filter(i -> replies.contains(Deployment.replyPartition(i)))
                .collect(Collectors.toSet());
        return new Affected(partitions, frontEnds, Set.of());
    }

    private static Set<Integer> led(Map<Integer, Integer> leaders, BrokerNode broker) {
        return leaders.entrySet().stream()
                .filter(leader -> leader.getValue() == broker.id())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private static Injected kill(SluiceMember app) throws Exception {
        Affected affected = Affected.ofPartitions(app.partitions());
        app.kill();
        return new Injected("kill -9 " + app.name() + " " + affected.partitions(), affected, app::start);
    }

    private static Injected pause(SluiceMember app) throws Exception {
        Affected affected = Affected.ofPartitions(app.partitions());
        app.pause();
        return new Injected("SIGSTOP " + app.name() + " " + affected.partitions(), affected, app::resume);
    }

    private static Injected killFrontEnd(Deployment deployment, OpenLoad load, Random random) throws Exception {
        int index = random.nextInt(Deployment.FRONT_ENDS);
        SluiceMember frontEnd = deployment.frontEnds().get(index);
        frontEnd.kill();
        // As a load balancer does whose check fails; what is under way is lost.
        load.takeOut(index);
        return new Injected("kill -9 " + frontEnd.name(), Affected.ofGone(index), () -> {
            frontEnd.start();
            deployment.awaitReady(frontEnd);
            load.putBack(index);
        });
    }

    private static Injected pauseFrontEnd(Deployment deployment, OpenLoad load, Random random) throws Exception {
        int index = random.nextInt(Deployment.FRONT_ENDS);
        SluiceMember frontEnd = deployment.frontEnds().get(index);
        frontEnd.pause();
        return new Injected("SIGSTOP " + frontEnd.name(), Affected.ofGone(index), frontEnd::resume);
    }

    private static Injected killBroker(Deployment deployment, OpenLoad load, Random random) throws Exception {
        BrokerNode broker = broker(deployment, random);
        Affected affected = affected(deployment, broker);
        broker.kill();
        return new Injected("kill -9 " + broker.name(), affected, broker::start);
    }

    private static Injected stopBroker(Deployment deployment, OpenLoad load, Random random) throws Exception {
        BrokerNode broker = broker(deployment, random);
        Affected affected = affected(deployment, broker);
        broker.stop();
        return new Injected("SIGTERM " + broker.name(), affected, broker::start);
    }

    private static Injected pauseBroker(Deployment deployment, OpenLoad load, Random random) throws Exception {
        BrokerNode broker = broker(deployment, random);
        Affected affected = affected(deployment, broker);
        broker.pause();
        return new Injected("SIGSTOP " + broker.name(), affected, broker::resume);
    }

    private static Injected partitionApp(Deployment deployment, OpenLoad load, Random random) {
        SluiceMember app = app(deployment, random);
        Affected affected = Affected.ofPartitions(app.partitions());
        List<TcpProxy> links = deployment.brokers().proxies(app.name());
        links.forEach(TcpProxy::hold);
        return new Injected(app.name() + " hears nothing of Kafka", affected, () -> links.forEach(TcpProxy::forward));
    }

    private static Injected partitionFrontEnd(Deployment deployment, OpenLoad load, Random random) {
        int index = random.nextInt(Deployment.FRONT_ENDS);
        List<TcpProxy> links = links(deployment, index);
        links.forEach(TcpProxy::hold);
        return new Injected(
                name(deployment, index) + " hears nothing of Kafka",
                Affected.ofFrontEnd(index),
                () -> links.forEach(TcpProxy::forward));
    }

    private static Injected cutFrontEnd(Deployment deployment, OpenLoad load, Random random) {
        int index = random.nextInt(Deployment.FRONT_ENDS);
        List<TcpProxy> links = links(deployment, index);
        links.forEach(TcpProxy::cut);
        return new Injected(
                name(deployment, index) + " cannot connect to Kafka",
                Affected.ofFrontEnd(index),
                () -> links.forEach(TcpProxy::forward));
    }

    private static Injected delayFrontEnd(Deployment deployment, OpenLoad load, Random random) {
        int index = random.nextInt(Deployment.FRONT_ENDS);
        List<TcpProxy> links = links(deployment, index);
        links.forEach(link -> link.delay(LATE_MILLIS));
        return new Injected(
                name(deployment, index) + " hears of Kafka " + LATE_MILLIS + " ms late",
                Affected.ofFrontEnd(index),
                () -> links.forEach(TcpProxy::forward));
    }

    private static Injected cutCallers(Deployment deployment, OpenLoad load, Random random) {
        int index = random.nextInt(Deployment.FRONT_ENDS);
        TcpProxy callers = deployment.callers().get(index);
        callers.cut();
        return new Injected(
                "callers cannot connect to " + name(deployment, index), Affected.ofGone(index), callers::forward);
    }

    private static List<TcpProxy> links(Deployment deployment, int frontEnd) {
        return deployment.brokers().proxies(name(deployment, frontEnd));
    }

    private static String name(Deployment deployment, int frontEnd) {
        return deployment.frontEnds().get(frontEnd).name();
    }
}
