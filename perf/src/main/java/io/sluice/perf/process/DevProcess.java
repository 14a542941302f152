package io.sluice.perf.process;

import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.control.TrustedKeys;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.TopicReader;
import io.sluice.testkit.broker.TopicWriter;
import io.sluice.testkit.keys.TestKeys;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code sluice dev} in a process of its own, on a directory that is deleted afterwards: broker, streams app, REST. */
public final class DevProcess implements AutoCloseable {
    private static final Pattern READY =
            Pattern.compile("sluice ready: http (?<http>\\S+) +admin \\S+ +kafka (?<kafka>\\S+)");

    private final Path directory;
    private final ServerProcess process;
    private final Jvm jvm;
    private final int httpPort;
    private final String bootstrapServers;

    private DevProcess(Path directory, ServerProcess process, Jvm jvm, Matcher ready) {
        this.directory = directory;
        this.process = process;
        this.jvm = jvm;
        this.httpPort = URI.create(ready.group("http")).getPort();
        this.bootstrapServers = ready.group("kafka");
    }

    /** Starts it with this ruleset in force, on free ports. */
    public static DevProcess start(Project project, String rulesJson) throws Exception {
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
                        "0"));
        try {
            Matcher ready = READY.matcher(process.awaitLine("sluice ready"));
            if (!ready.find()) {
                throw new IllegalStateException("sluice dev tells its ports in another way (expected: " + READY + ")");
            }
            return new DevProcess(directory, process, Jvm.attach(process.pid()), ready);
        } catch (Exception e) {
            process.close();
            Directories.delete(directory);
            throw e;
        }
    }

    public int httpPort() {
        return httpPort;
    }

    public String bootstrapServers() {
        return bootstrapServers;
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

    private Path keysDirectory() {
        return directory.resolve("data").resolve("keys");
    }

    /**
     * Puts another ruleset in force in every partition, as the rules writer does, but without its proposal steps.
     *
     * @param revision larger than the one before
     */
    public void activate(long revision, String rulesJson) throws Exception {
        String payload = ActivationCodec.encode(new RulesetActivation(revision, rulesJson, "perf", "benchmark"));
        int partitions = TopicReader.partitionsOf(bootstrapServers, TopicCatalogue.REQUESTS);
        try (TopicWriter writer = new TopicWriter(bootstrapServers)) {
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
