package io.sluice.perf.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A Redis of our own, in memory only: nothing is saved, which is its fastest way. */
public final class RedisServer implements AutoCloseable {
    private static final String BINARY = "redis-server";
    private static final String HOST = "127.0.0.1";

    private final ServerProcess process;
    private final int port;

    private RedisServer(ServerProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /** The binary, if it is installed. */
    public static Optional<Path> installed() {
        return InstalledProgram.named(BINARY);
    }

    public static RedisServer start(Path binary) throws IOException, InterruptedException {
        int port = LoopbackPort.free();
        ServerProcess process = ServerProcess.start(
                BINARY,
                List.of(
                        binary.toString(),
                        "--bind",
                        HOST,
                        "--port",
                        Integer.toString(port),
                        "--save",
                        "",
                        "--appendonly",
                        "no"));
        String unused = process.awaitLine("Ready to accept connections", line -> line.contains("Ready to accept"));
        return new RedisServer(process, port);
    }

    /** {@code host:port}. */
    public String address() {
        return HOST + ":" + port;
    }

    /** Processor time that it has used. */
    public long cpuNanos() {
        return process.cpuNanos();
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
