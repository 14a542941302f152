package io.sluice.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.cli.process.HttpCaller;
import io.sluice.cli.process.ServerClasses;
import io.sluice.client.ControlPlaneKeys;
import io.sluice.client.KafkaControlPlane;
import io.sluice.client.rules.ControlPlane;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.keys.TestKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Three brokers, three streams apps, two request APIs and perhaps a reply replica, each a process, with proxies
 * wherever they speak.
 */
final class Deployment implements AutoCloseable {
    static final int REQUEST_PARTITIONS = 6;
    static final int REPLY_PARTITIONS = 2;
    static final int APPS = 3;
    static final int FRONT_ENDS = 2;

    private static final String GROUP = "sluice";
    private static final String REPLICA = "replica";
    private static final String DIFFERENT = "sluice_client_replies_compared_total{outcome=\"different\"} ";
    private static final int READY_SECONDS = 240;
    /** Eight JVMs share what there is; what they live for is seconds. */
    private static final String JAVA_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:-UseG1GC -XX:+UseSerialGC -Xms48m -Xmx320m";

    private final Path directory;
    private final BrokerCluster brokers;
    private final StateDisks disks;
    private final List<SluiceMember> apps = new ArrayList<>();
    private final List<SluiceMember> frontEnds = new ArrayList<>();
    private final List<SluiceMember> replicas = new ArrayList<>();
    private final List<TcpProxy> callers = new ArrayList<>();
    private final List<String> urls = new ArrayList<>();
    private final Map<SluiceMember, String> adminUrls = new LinkedHashMap<>();
    private final HttpCaller probes = new HttpCaller();

    private Deployment(Path directory, BrokerCluster brokers, StateDisks disks) {
        this.directory = directory;
        this.brokers = brokers;
        this.disks = disks;
        // Whoever ends the run ends its processes.
        Runtime.getRuntime().addShutdownHook(new Thread(this::endProcesses));
    }

    /**
     * Starts it, and puts the rules in force.
     *
     * @param launcherRoot the directory of the build that it runs
     * @param withReplica whether a reply replica belongs to it
     */
    static Deployment start(Path directory, Path launcherRoot, String rules, boolean withReplica) throws Exception {
        FreePorts ports = new FreePorts();
        List<String> parties = new ArrayList<>(List.of(REPLICA));
        IntStream.rangeClosed(1, APPS).forEach(i -> parties.add("app" + i));
        IntStream.rangeClosed(1, FRONT_ENDS).forEach(i -> parties.add("api" + i));
        BrokerCluster brokers = BrokerCluster.start(directory, ports, parties);
        Deployment deployment = new Deployment(directory, brokers, new StateDisks());
        try {
            brokers.createTopics(REQUEST_PARTITIONS, REPLY_PARTITIONS);
            for (int i = 1; i <= APPS; i++) {
                deployment.addApp(i, ports, launcherRoot);
            }
            for (int i = 1; i <= FRONT_ENDS; i++) {
                deployment.addFrontEnd(i, ports, launcherRoot);
            }
            for (SluiceMember member : deployment.members()) {
                member.start();
            }
            deployment.activate(rules);
            if (withReplica) {
                deployment.addReplica(ports, launcherRoot);
            }
            deployment.awaitWhole();
            return deployment;
        } catch (Exception | AssertionError e) {
            deployment.close();
            throw e;
        }
    }

    private void addApp(int number, FreePorts ports, Path launcherRoot) throws IOException, InterruptedException {
        int adminPort = ports.next();
        Path home = directory.resolve("app" + number);
        Files.createDirectories(home);
        if (number == APPS) {
            disks.makeSmall(home);
        }
        SluiceMember app = new SluiceMember(
                "app" + number,
                home,
                launcherRoot,
                environment("app" + number),
                List.of("streams-app", "--admin-port=" + adminPort, "--state-dir", home.toString()));
        apps.add(app);
        adminUrls.put(app, "http://127.0.0.1:" + adminPort);
    }

    private void addReplica(FreePorts ports, Path launcherRoot) throws IOException {
        int adminPort = ports.next();
        Path home = directory.resolve(REPLICA);
        Files.createDirectories(home);
        SluiceMember replica = new SluiceMember(
                REPLICA,
                home,
                launcherRoot,
                environment(REPLICA),
                List.of("streams-app", "--reply-replica", "--admin-port=" + adminPort, "--state-dir", home.toString()));
        replicas.add(replica);
        adminUrls.put(replica, "http://127.0.0.1:" + adminPort);
        replica.start();
    }

    private void addFrontEnd(int number, FreePorts ports, Path launcherRoot) throws IOException {
        int httpPort = ports.next();
        int adminPort = ports.next();
        SluiceMember frontEnd = new SluiceMember(
                "api" + number,
                directory.resolve("api" + number),
                launcherRoot,
                environment("api" + number),
                List.of(
                        "request-api",
                        "--http-port=" + httpPort,
                        "--admin-port=" + adminPort,
                        "--data-open",
                        "--ping-interval-millis=500",
                        "--reply-ordinal=" + replyPartition(number - 1)));
        frontEnds.add(frontEnd);
        adminUrls.put(frontEnd, "http://127.0.0.1:" + adminPort);
        int proxy = ports.next();
        callers.add(TcpProxy.start(proxy, httpPort));
        urls.add("http://127.0.0.1:" + proxy);
    }

    /** The reply partition that a front end listens to. */
    static int replyPartition(int frontEnd) {
        return frontEnd % REPLY_PARTITIONS;
    }

    private Map<String, String> environment(String party) {
        Map<String, String> environment = new HashMap<>(TestKeys.writeTo(directory.resolve("keys")));
        environment.put("SLUICE_BOOTSTRAP_SERVERS", brokers.bootstrap(party));
        environment.put("SLUICE_LOG_LEVEL", "INFO");
        environment.put("SLUICE_JAVA_OPTS", JAVA_OPTIONS + " " + ServerClasses.options());
        return environment;
    }

    private void activate(String rules) {
        try (KafkaControlPlane plane = KafkaControlPlane.connect(
                Map.of("bootstrap.servers", brokers.internal()),
                new ControlPlaneKeys(TestKeys.COMMANDS, TestKeys.RULES_PUBLIC),
                new KafkaControlPlane.Terms(Duration.ofSeconds(60), new SimpleMeterRegistry()))) {
            long proposal = taken(plane, "propose", new ControlCommand.Propose(0, rules))
                    .accepted()
                    .proposalId();
            taken(plane, "activate", new ControlCommand.Activate(proposal, 0));
        }
    }

    private static ControlPlane.Taken taken(KafkaControlPlane plane, String name, ControlCommand.Step step) {
        ControlPlane.Answer answer = plane.command(name, new ControlPlane.By("chaos", "before any fault"), step)
                .join();
        if (answer instanceof ControlPlane.Taken taken) {
            return taken;
        }
        throw new IllegalStateException(name + ": " + answer);
    }

    BrokerCluster brokers() {
        return brokers;
    }

    StateDisks disks() {
        return disks;
    }

    List<SluiceMember> apps() {
        return apps;
    }

    List<SluiceMember> frontEnds() {
        return frontEnds;
    }

    /** Streams apps, front ends, and a reply replica if there is one. */
    List<SluiceMember> members() {
        return Stream.of(apps, frontEnds, replicas).flatMap(List::stream).toList();
    }

    /** Asserts that no front end has had two replies that differ, since it started. */
    void assertRepliesAgree() {
        for (SluiceMember frontEnd : frontEnds) {
            String metrics = probes.get(adminUrls.get(frontEnd) + "/metrics").body();
            assertThat(metrics.lines().filter(line -> line.startsWith(DIFFERENT)))
                    .as("second replies to " + frontEnd.name() + " that differ from the first")
                    .containsExactly(DIFFERENT + "0.0");
        }
    }

    /** Where callers reach each front end: a proxy. */
    List<String> urls() {
        return urls;
    }

    /** Between the callers and each front end. */
    List<TcpProxy> callers() {
        return callers;
    }

    /** Of the request topic: the brokers that lead its partitions. */
    Map<Integer, Integer> requestLeaders() throws Exception {
        return brokers.leaders(TopicCatalogue.REQUESTS);
    }

    Map<Integer, Integer> replyLeaders() throws Exception {
        return brokers.leaders(TopicCatalogue.REPLIES);
    }

    /**
     * The request partitions of the apps that need this broker to commit: all of them if it coordinates their group,
     * else those whose transactions it coordinates.
     */
    Set<Integer> coordinatedBy(int broker) throws Exception {
        Set<Integer> partitions = new TreeSet<>();
        boolean group = brokers.coordinator(GROUP) == broker;
        List<String> transactions = brokers.transactionsAt(broker);
        for (SluiceMember app : apps) {
            if (group || transactions.stream().anyMatch(app::owns)) {
                partitions.addAll(app.partitions());
            }
        }
        return partitions;
    }

    /** Whether the member does its part. */
    boolean isReady(SluiceMember member) {
        return isOk(member, "/readyz");
    }

    private boolean isOk(SluiceMember member, String probe) {
        return whyNot(member, probe) == null;
    }

    private @Nullable String whyNot(SluiceMember member, String probe) {
        try {
            HttpCaller.Call call = probes.get(adminUrls.get(member) + probe);
            return call.status() == 200 ? null : member.name() + ": " + call.body();
        } catch (java.util.concurrent.CompletionException e) {
            return member.name() + ": " + e.getCause();
        }
    }

    /** Waits until any one member or broker may be stopped. */
    void awaitWhole() {
        try {
            Waits.until("everything is whole again", READY_SECONDS, this::isWhole);
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            throw new AssertionError("not whole within " + READY_SECONDS + " s: " + missing(), e);
        }
    }

    private boolean isWhole() throws InterruptedException {
        return apps.stream().allMatch(app -> isOk(app, "/readyz?standbys"))
                && Stream.concat(frontEnds.stream(), replicas.stream()).allMatch(this::isReady)
                && brokers.isWhole();
    }

    private String missing() {
        List<String> missing = new ArrayList<>();
        for (SluiceMember member : members()) {
            String reason = whyNot(member, apps.contains(member) ? "/readyz?standbys" : "/readyz");
            if (reason != null) {
                missing.add(reason);
            }
        }
        return missing.isEmpty() ? "a topic has fewer replicas in sync than it should" : String.join("; ", missing);
    }

    void awaitReady(SluiceMember member) {
        Waits.until(member.name() + " is ready", READY_SECONDS, () -> isReady(member));
    }

    private void endProcesses() {
        members().forEach(SluiceMember::close);
        brokers.nodes().forEach(BrokerNode::close);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        endProcesses();
        for (TcpProxy proxy : callers) {
            proxy.close();
        }
        brokers.close();
        disks.close();
    }
}
