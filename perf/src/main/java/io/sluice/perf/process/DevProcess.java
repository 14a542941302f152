package io.sluice.perf.process;

import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.control.TrustedKeys;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.TopicReader;
import io.sluice.testkit.broker.TopicWriter;
import io.sluice.testkit.keys.TestKeys;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code sluice dev} in a process of its own, on a directory that is deleted afterwards: broker, streams app, REST. */
public final class DevProcess implements AutoCloseable {
    private static final Pattern READY =
            Pattern.compile("sluice ready: http (?<http>\\S+) +admin (?<admin>\\S+) +kafka (?<kafka>\\S+)");
    private static final int NO_PORT = 0;

    private final Path directory;
    private final ServerProcess process;
    private final Jvm jvm;
    private final Ports ports;

    /** Where it answers. */
    private record Ports(int http, String kafka, int grpc, String adminUrl) {}

    private DevProcess(Path directory, ServerProcess process, Jvm jvm, Ports ports) {
        this.directory = directory;
        this.process = process;
        this.jvm = jvm;
        this.ports = ports;
    }

    /** Starts it with this ruleset in force, on free ports, without a gateway. */
    public static DevProcess start(Project project, String rulesJson) throws Exception {
        return start(project, rulesJson, NO_PORT);
    }

    /** The same with a gateway on this gRPC port. */
    public static DevProcess start(Project project, String rulesJson, int grpcPort) throws Exception {
        return start(project, rulesJson, grpcPort, Map.of());
    }

    /** The same with these variables in its environment beside our own. */
    public static DevProcess start(Project project, String rulesJson, int grpcPort, Map<String, String> environment)
            throws Exception {
        Path directory = Files.createTempDirectory("sluice-perf-");
        Path rules = Files.writeString(directory.resolve("rules.json"), rulesJson);
        ServerProcess process = ServerProcess.start(
                "sluice-dev",
                project.sluice(
                        "dev",
                        "--data",
                        directory.resolve("data").toString(),
                        "--rules",
                        rules.toString(),
                        "--http-port",
                        "0",
                        "--admin-port",
                        "0",
                        "--kafka-port",
                        "0",
                        "--grpc-port",
                        Integer.toString(grpcPort)),
                environment);
        try {
            Matcher ready = READY.matcher(process.awaitLine("sluice ready"));
            if (!ready.find()) {
                throw new IllegalStateException("sluice dev tells its ports in another way (expected: " + READY + ")");
            }
            int httpPort = URI.create(ready.group("http")).getPort();
            return new DevProcess(
                    directory,
                    process,
                    Jvm.attach(process.pid()),
                    new Ports(httpPort, ready.group("kafka"), grpcPort, ready.group("admin")));
        } catch (Exception e) {
            process.close();
            Directories.delete(directory);
            throw e;
        }
    }

    public int httpPort() {
        return ports.http();
    }

    /** The port of its gateway. */
    public int grpcPort() {
        return ports.grpc();
    }

    public String bootstrapServers() {
        return ports.kafka();
    }

    /** A counter of its metrics by the values of its only label. */
    public Map<String, Double> counts(String counter) throws IOException {
        Pattern sample = Pattern.compile(Pattern.quote(counter) + "\\{\\w+=\"(?<value>[^\"]*)\"} (?<count>\\S+)");
        Map<String, Double> counts = new TreeMap<>();
        try (InputStream scrape =
                URI.create(ports.adminUrl() + "/metrics").toURL().openStream()) {
            new String(scrape.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(line -> {
                Matcher found = sample.matcher(line);
                if (found.matches()) {
                    counts.put(found.group("value"), Double.parseDouble(found.group("count")));
                }
            });
        }
        if (counts.isEmpty()) {
            throw new IllegalStateException(counter + ": not among the metrics of sluice dev");
        }
        return counts;
    }

    public Jvm jvm() {
        return jvm;
    }

    /** The Java binary that runs it. */
    public String java() {
        return process.java();
    }

    /** Prove control records of this cluster. */
    public TrustedKeys keys() {
        return TestKeys.trustedIn(keysDirectory());
    }

    /** Its rules key. */
    public SigningKey rulesKey() {
        return TestKeys.rulesIn(keysDirectory());
    }

    /** Where the keys are that its processes sign with. */
    Path keysDirectory() {
        return directory.resolve("data").resolve("keys");
    }

    /**
     * Puts another ruleset in force in every partition, as the rules writer does, but without its proposal steps.
     *
     * @param revision larger than the one before
     */
    public void activate(long revision, String rulesJson) throws Exception {
        String payload = ActivationCodec.encode(new RulesetActivation(revision, rulesJson, "perf", "benchmark"));
        int partitions = TopicReader.partitionsOf(ports.kafka(), TopicCatalogue.REQUESTS);
        try (TopicWriter writer = new TopicWriter(ports.kafka())) {
            writer.broadcast(TestKeys.rulesIn(keysDirectory()).sign(SignedKind.RULES, payload), partitions);
        }
    }

    @Override
    public void close() throws Exception {
        try {
            jvm.close();
        } finally {
            process.close();
            Directories.delete(directory);
        }
    }
}
