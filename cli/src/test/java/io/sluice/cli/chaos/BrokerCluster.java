package io.sluice.cli.chaos;

import io.sluice.schemas.topic.TopicCatalogue;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.Uuid;

/**
 * Three brokers, each with one listener for every party. A party's listeners advertise proxies of its own, so that it
 * alone can be cut off.
 */
final class BrokerCluster implements AutoCloseable {
    static final int BROKERS = 3;
    private static final int LOOK_UPS_MAX = 5;

    private static final short REPLICAS = 3;
    /** Of nobody that a fault happens to: the test's own clients, and the brokers among each other. */
    private static final String INTERNAL = "INTERNAL";

    private static final int UP_SECONDS = 90;

    private final List<BrokerNode> nodes = new ArrayList<>();
    private final Map<String, List<TcpProxy>> proxies = new HashMap<>();
    private final Map<String, List<Integer>> proxyPorts = new HashMap<>();
    private final List<Integer> internalPorts = new ArrayList<>();
    private Admin admin;

    private BrokerCluster() {}

    /** Starts three brokers, and creates the topics. */
    static BrokerCluster start(Path directory, FreePorts ports, List<String> parties) throws Exception {
        BrokerCluster cluster = new BrokerCluster();
        try {
            cluster.startNodes(directory, ports, parties);
            cluster.admin = Admin.create(Map.of("bootstrap.servers", cluster.internal()));
            Waits.until("the brokers are up", UP_SECONDS, cluster::areAllUp);
            return cluster;
        } catch (Exception e) {
            cluster.close();
            throw e;
        }
    }

    private void startNodes(Path directory, FreePorts ports, List<String> parties) throws Exception {
        List<Integer> controllers = new ArrayList<>();
        for (int i = 0; i < BROKERS; i++) {
            controllers.add(ports.next());
        }
        String voters = IntStream.rangeClosed(1, BROKERS)
                .mapToObj(id -> id + "@127.0.0.1:" + controllers.get(id - 1))
                .collect(Collectors.joining(","));
        String clusterId = Uuid.randomUuid().toString();
        for (int id = 1; id <= BROKERS; id++) {
            Listeners listeners = new Listeners();
            listeners.add("CONTROLLER", controllers.get(id - 1), controllers.get(id - 1));
            int internal = ports.next();
            internalPorts.add(internal);
            listeners.add(INTERNAL, internal, internal);
            for (String party : parties) {
                int port = ports.next();
                int proxy = ports.next();
                listeners.add(party.toUpperCase(Locale.ROOT), port, proxy);
                proxyPorts.computeIfAbsent(party, any -> new ArrayList<>()).add(proxy);
                proxies.computeIfAbsent(party, any -> new ArrayList<>()).add(TcpProxy.start(proxy, port));
            }
            Properties properties = properties(id, voters);
            listeners.putInto(properties);
            nodes.add(BrokerNode.formatted(id, directory.resolve("broker-" + id), clusterId, properties));
        }
        for (BrokerNode node : nodes) {
            node.start();
        }
    }

    private static final class Listeners {
        private final List<String> bound = new ArrayList<>();
        private final List<String> advertised = new ArrayList<>();
        private final List<String> protocols = new ArrayList<>();

        void add(String name, int port, int advertisedPort) {
            bound.add(name + "://127.0.0.1:" + port);
            advertised.add(name + "://127.0.0.1:" + advertisedPort);
            protocols.add(name + ":PLAINTEXT");
        }

        void putInto(Properties p) {
            p.put("listeners", String.join(",", bound));
            p.put("advertised.listeners", String.join(",", advertised));
            p.put("listener.security.protocol.map", String.join(",", protocols));
        }
    }

    /** Three brokers as a production cluster has them, but with small thread pools, and quick to see a dead one. */
    private static Properties properties(int id, String voters) {
        Properties p = new Properties();
        p.put("process.roles", "broker,controller");
        p.put("node.id", Integer.toString(id));
        p.put("controller.quorum.voters", voters);
        p.put("controller.listener.names", "CONTROLLER");
        p.put("inter.broker.listener.name", INTERNAL);
        p.put("default.replication.factor", "3");
        p.put("min.insync.replicas", "2");
        p.put("offsets.topic.replication.factor", "3");
        p.put("transaction.state.log.replication.factor", "3");
        p.put("transaction.state.log.min.isr", "2");
        p.put("share.coordinator.state.topic.replication.factor", "3");
        p.put("auto.create.topics.enable", "false");
        p.put("group.initial.rebalance.delay.ms", "0");
        // How soon a takeover is possible: as the deployments have it.
        p.put("group.min.session.timeout.ms", "2500");
        p.put("broker.session.timeout.ms", "3000");
        p.put("broker.heartbeat.interval.ms", "500");
        p.put("replica.lag.time.max.ms", "5000");
        p.put("transaction.max.timeout.ms", "15000");
        p.put("add.partitions.to.txn.retry.backoff.ms", "1");
        p.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
        p.put("offsets.topic.num.partitions", "6");
        p.put("transaction.state.log.num.partitions", "6");
        p.put("num.network.threads", "1");
        p.put("num.io.threads", "4");
        p.put("background.threads", "2");
        p.put("num.recovery.threads.per.data.dir", "1");
        p.put("log.cleaner.dedupe.buffer.size", Integer.toString(2 << 20));
        return p;
    }

    private boolean areAllUp() throws InterruptedException {
        try {
            return admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).size() == BROKERS;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    void createTopics(int requestPartitions, int replyPartitions) throws Exception {
        List<NewTopic> topics = TopicCatalogue.topics(requestPartitions, replyPartitions).stream()
                .map(spec -> new NewTopic(spec.name(), spec.partitions(), REPLICAS).configs(spec.config()))
                .toList();
        admin.createTopics(topics).all().get();
    }

    /** For the test's own clients. */
    String internal() {
        return bootstrap(internalPorts);
    }

    /** For one party. */
    String bootstrap(String party) {
        return bootstrap(proxyPorts.get(party));
    }

    private static String bootstrap(List<Integer> ports) {
        return ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
    }

    List<BrokerNode> nodes() {
        return nodes;
    }

    /** Between one party and each broker. */
    List<TcpProxy> proxies(String party) {
        return proxies.get(party);
    }

    /** The broker that leads each partition of a topic; -1 for none. */
    Map<Integer, Integer> leaders(String topic) throws Exception {
        return described(topic).partitions().stream()
                .collect(Collectors.toMap(
                        partition -> partition.partition(),
                        partition -> partition.leader() == null
                                ? -1
                                : partition.leader().id()));
    }

    private TopicDescription described(String topic) throws Exception {
        return admin.describeTopics(List.of(topic))
                .allTopicNames()
                .get(10, TimeUnit.SECONDS)
                .get(topic);
    }

    /** The broker that coordinates a group. */
    int coordinator(String group) throws Exception {
        return admin.describeConsumerGroups(List.of(group))
                .all()
                .get(10, TimeUnit.SECONDS)
                .get(group)
                .coordinator()
                .id();
    }

    /**
     * The transactional IDs that a broker coordinates. It is looked up anew if a connection broke meanwhile: then the
     * admin client of Kafka 4.3 fails with "Unexpected key set" instead of trying again.
     */
    List<String> transactionsAt(int broker) throws Exception {
        for (int attempt = 1; ; attempt++) {
            try {
                var listings = admin.listTransactions().byBrokerId().get(10, TimeUnit.SECONDS);
                return listings.containsKey(broker)
                        ? listings.get(broker).get(10, TimeUnit.SECONDS).stream()
                                .map(TransactionListing::transactionalId)
                                .toList()
                        : List.of();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof IllegalArgumentException) || attempt == LOOK_UPS_MAX) {
                    throw e;
                }
            }
        }
    }

    /** Whether every replica of every topic is in sync, so that any one broker may die. */
    boolean isWhole() throws InterruptedException {
        try {
            var names = admin.listTopics(new ListTopicsOptions().listInternal(true))
                    .names()
                    .get(10, TimeUnit.SECONDS);
            return admin.describeTopics(names).allTopicNames().get(10, TimeUnit.SECONDS).values().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .allMatch(partition -> partition.leader() != null
                            && !partition.leader().equals(Node.noNode())
                            && partition.isr().size() == partition.replicas().size());
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        if (admin != null) {
            admin.close(Duration.ZERO);
        }
        nodes.forEach(BrokerNode::close);
        for (List<TcpProxy> ofParty : proxies.values()) {
            for (TcpProxy proxy : ofParty) {
                proxy.close();
            }
        }
    }
}
