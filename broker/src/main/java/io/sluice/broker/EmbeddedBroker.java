package io.sluice.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real single-node KRaft broker inside this JVM: broker and controller in one, on a directory of its own.
 *
 * <p>It is for development and tests. Kafka halts the process on a fault that it cannot survive, such as a full disk;
 * this class does not change that. The classes behind it are internal to Kafka: expect to touch this file with each
 * minor version.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
    private static final int NODE_ID = 1;

    private final KafkaRaftServer server;
    private final DataDirectory directory;
    private final String bootstrapServers;

    private EmbeddedBroker(KafkaRaftServer server, DataDirectory directory, String bootstrapServers) {
        this.server = server;
        this.directory = directory;
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * Starts a broker, and formats its directory if that is new.
     *
     * @throws BrokerStartException if the directory or port cannot be had, or Kafka does not start
     */
    public static EmbeddedBroker start(BrokerConfig config) throws BrokerStartException {
        DataDirectory directory = DataDirectory.open(config.dataDir());
        try {
            Ports ports = Ports.free(config.host(), config.port());
            if (!directory.isFormatted()) {
                format(directory);
            }
            KafkaRaftServer server =
                    new KafkaRaftServer(new KafkaConfig(properties(config, directory, ports)), Time.SYSTEM);
            started(server);
            return new EmbeddedBroker(server, directory, config.host() + ":" + ports.client());
        } catch (BrokerStartException e) {
            directory.close();
            throw e;
        } catch (Exception e) {
            directory.close();
            throw new BrokerStartException("the Kafka broker does not start: " + e.getMessage(), e);
        }
    }

    private static void started(KafkaRaftServer server) {
        try {
            server.startup();
        } catch (RuntimeException e) {
            server.shutdown();
            server.awaitShutdown();
            throw e;
        }
    }

    /** The ports of a broker, free a moment ago. Another process may take one before Kafka does; Kafka then fails. */
    private record Ports(int client, int controller) {
        private static final int LOWEST = 10_000;
        private static final int HIGHEST = 12_000;
        private static final int TRIES = 100;

        /** Holds both at once, so that they differ. */
        static Ports free(String host, int port) throws BrokerStartException {
            try (ServerSocket client = port == 0 ? anyFree(host) : bound(host, port);
                    ServerSocket controller = anyFree(host)) {
                return new Ports(client.getLocalPort(), controller.getLocalPort());
            } catch (IOException e) {
                throw new BrokerStartException("kafka port " + host + ":" + port + " is in use", e);
            }
        }

        /** One that the kernel gives to no connection that is being opened, if there is any. */
        private static ServerSocket anyFree(String host) throws IOException {
            for (int tried = 0; tried < TRIES; tried++) {
                int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
                try {
                    return bound(host, port);
                } catch (BindException e) {
                    LOG.debug("port {} is in use", port, e);
                }
            }
            return bound(host, 0);
        }

        private static ServerSocket bound(String host, int port) throws IOException {
            ServerSocket socket = new ServerSocket();
            try {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
                return socket;
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        }
    }

    private static void format(DataDirectory directory) throws Exception {
        String log = directory.log().toString();
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        new Formatter()
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(NODE_ID)
                .setDirectories(List.of(log))
                .setMetadataLogDirectory(log)
                .setControllerListenerName("CONTROLLER")
                .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                .setIgnoreFormatted(true)
                .setPrintStream(nowhere)
                .run();
    }

    private static Properties properties(BrokerConfig config, DataDirectory directory, Ports ports) {
        Properties p = new Properties();
        String client = "PLAINTEXT://" + config.host() + ":" + ports.client();
        p.put("process.roles", "broker,controller");
        p.put("node.id", Integer.toString(NODE_ID));
        p.put("controller.quorum.voters", NODE_ID + "@" + config.host() + ":" + ports.controller());
        p.put("listeners", client + ",CONTROLLER://" + config.host() + ":" + ports.controller());
        p.put("advertised.listeners", client);
        p.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        p.put("controller.listener.names", "CONTROLLER");
        p.put("inter.broker.listener.name", "PLAINTEXT");
        p.put("log.dirs", directory.log().toString());
        putSingleNode(p);
        putSmallFootprint(p);
        p.putAll(config.overrides());
        return p;
    }

    private static void putSingleNode(Properties p) {
        p.put("default.replication.factor", "1");
        p.put("offsets.topic.replication.factor", "1");
        p.put("transaction.state.log.replication.factor", "1");
        p.put("transaction.state.log.min.isr", "1");
        p.put("share.coordinator.state.topic.replication.factor", "1");
        p.put("share.coordinator.state.topic.min.isr", "1");
        p.put("auto.create.topics.enable", "false");
        // Nobody else will join: waiting for more members only delays the start.
        p.put("group.initial.rebalance.delay.ms", "0");
        p.put("group.streams.initial.rebalance.delay.ms", "0");
        // The first check for transactions of the dead comes so long after the start. A broker that cannot reach itself
        // yet gives them up without ending them in the logs, and their readers wait for ever.
        p.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "5000");
        // After kill -9 the controller holds the broker's registration until its session is over: 9 s by default.
        p.put("broker.session.timeout.ms", "2000");
        p.put("broker.heartbeat.interval.ms", "300");
        // A producer that leaves its transaction open holds back everything behind it, at most this long.
        p.put("transaction.max.timeout.ms", "15000");
        // A producer's first record after a commit waits until the commit is in all logs; the broker looks so often.
        p.put("add.partitions.to.txn.retry.backoff.ms", "1");
    }

    /** Kafka's defaults are for a server of its own; these are for one guest in a JVM. */
    private static void putSmallFootprint(Properties p) {
        p.put("offsets.topic.num.partitions", "4");
        p.put("transaction.state.log.num.partitions", "4");
        p.put("share.coordinator.state.topic.num.partitions", "4");
        p.put("log.cleaner.dedupe.buffer.size", Integer.toString(2 << 20));
        p.put("num.network.threads", "2");
        p.put("num.io.threads", "4");
        p.put("background.threads", "2");
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    @Override
    public void close() {
        try {
            server.shutdown();
            server.awaitShutdown();
        } catch (RuntimeException e) {
            LOG.warn("the embedded broker did not stop cleanly", e);
        } finally {
            directory.close();
        }
    }
}
