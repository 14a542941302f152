package io.sluice.perf.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** A process with a gateway that is fresh: nothing has looked into it or called it when it says that it is ready. */
public final class GatewayProcess implements AutoCloseable {
    private static final Pattern STARTED = Pattern.compile("sluice gateway: grpc \\S+ +admin (?<admin>\\S+)");

    private final ServerProcess process;
    private final int grpcPort;

    private GatewayProcess(ServerProcess process, int grpcPort) {
        this.process = process;
        this.grpcPort = grpcPort;
    }

    /** {@code sluice dev} with a new directory, which it deletes at its end; ready. */
    public static GatewayProcess withCluster(Project project, String rulesJson) throws Exception {
        int grpcPort = LoopbackPort.free();
        Path rules = Files.createTempFile("sluice-perf-", ".json");
        try {
            Files.writeString(rules, rulesJson);
            ServerProcess process = ServerProcess.start(
                    "sluice-dev",
                    project.sluice(
                            "dev",
                            "--ephemeral",
                            "--rules",
                            rules.toString(),
                            "--http-port",
                            "0",
                            "--admin-port",
                            "0",
                            "--kafka-port",
                            "0",
                            "--grpc-port",
                            Integer.toString(grpcPort)));
            return ready(process, grpcPort, () -> process.awaitLine("sluice ready"));
        } finally {
            Files.delete(rules);
        }
    }

    /** {@code sluice gateway} in front of this cluster; ready. */
    public static GatewayProcess alone(Project project, DevProcess cluster) throws Exception {
        int grpcPort = LoopbackPort.free();
        ServerProcess process = ServerProcess.start(
                "sluice-gateway",
                project.sluice(
                        "gateway",
                        "--bootstrap-servers",
                        cluster.bootstrapServers(),
                        "--rules-public-key-file",
                        cluster.keysDirectory().resolve("rules-public.pem").toString(),
                        "--data-open",
                        "--grpc-port",
                        Integer.toString(grpcPort),
                        "--admin-port",
                        "0"));
        return ready(process, grpcPort, () -> process.awaitReady("sluice gateway", STARTED));
    }

    @FunctionalInterface
    private interface Waiting {
        void await() throws IOException, InterruptedException;
    }

    private static GatewayProcess ready(ServerProcess process, int grpcPort, Waiting waiting) throws Exception {
        try {
            waiting.await();
            return new GatewayProcess(process, grpcPort);
        } catch (Exception e) {
            process.close();
            throw e;
        }
    }

    public int grpcPort() {
        return grpcPort;
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
