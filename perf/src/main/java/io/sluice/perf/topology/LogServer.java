package io.sluice.perf.topology;

import io.sluice.perf.process.Project;
import io.sluice.perf.process.ServerProcess;
import io.sluice.testkit.keys.TestKeys;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The process of broker and topologies. It takes commands on its standard input, line by line, and answers
 * {@code ok HOST:PORT}. So both sides of a pair run in one JVM whose code is compiled, on one broker, alternating:
 *
 * <pre>
 *   cluster [NAME=VALUE...]
 *                     a new broker with empty topics, and with these settings
 *   sluice ID         the streams app under this application ID
 *   hosting ID        the same with the usage roll-ups
 *   twin ID LIMITS    the stateless baseline
 *   stop              whichever of the two runs
 *   where             nothing
 * </pre>
 */
public final class LogServer {
    private static final List<String> FLAGS = List.of("-Xms512m", "-Xmx2g", "-XX:+UseG1GC");
    /** The launcher's flag for servers, and the first JDK on which it gives it. */
    private static final String COMPACT_HEADERS = "-XX:+UseCompactObjectHeaders";

    private static final int COMPACT_HEADERS_JDK = 25;

    private @Nullable PerfCluster cluster;
    private @Nullable AutoCloseable running;

    private LogServer() {}

    /** Starts the process. */
    public static ServerProcess start() throws IOException {
        List<String> flags = new ArrayList<>(FLAGS);
        if (Runtime.version().feature() >= COMPACT_HEADERS_JDK) {
            flags.add(COMPACT_HEADERS);
        }
        return ServerProcess.start("log-server", Project.program(Project.ownJava(), flags, LogServer.class));
    }

    public static void main(String[] arguments) throws Exception {
        LogServer server = new LogServer();
        Runtime.getRuntime().addShutdownHook(new Thread(server::end, "perf-end"));
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            while (line != null) {
                System.out.println("ok " + server.handleControl(line.split(" ")));
                System.out.flush();
                line = lines.readLine();
            }
        }
        // The process that gave the commands is gone.
        System.exit(0);
    }

    /** All words but the first. */
    private static Map<String, String> settings(String... words) {
        return Arrays.stream(words)
                .skip(1)
                .map(word -> word.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    private synchronized String handleControl(String... words) throws Exception {
        switch (words[0]) {
            case "cluster" -> {
                closeCluster();
                cluster = PerfCluster.start(settings(words));
            }
            case "sluice" -> running = SluiceApp.start(current(), TestKeys.TRUSTED, words[1]);
            case "hosting" -> running = SluiceApp.hosting(current(), TestKeys.TRUSTED, words[1]);
            case "twin" ->
                running = StatelessStreams.start(
                        StatelessTopologies.twin(Integer.parseInt(words[2])), current(), words[1]);
            case "stop" -> stop();
            case "where" -> {
                // Every answer says where the broker is.
            }
            default ->
                throw new IllegalArgumentException(
                        words[0] + " (expected: cluster, sluice, hosting, twin, stop or where)");
        }
        return current().bootstrapServers();
    }

    private PerfCluster current() {
        PerfCluster now = cluster;
        if (now == null) {
            throw new IllegalStateException("no cluster (expected: the command \"cluster\" first)");
        }
        return now;
    }

    private void stop() throws Exception {
        AutoCloseable app = running;
        running = null;
        if (app != null) {
            app.close();
        }
    }

    private void closeCluster() throws Exception {
        stop();
        PerfCluster old = cluster;
        cluster = null;
        if (old != null) {
            old.close();
        }
    }

    private synchronized void end() {
        try {
            closeCluster();
        } catch (Exception e) {
            System.err.println("log-server: not stopped cleanly: " + e);
        }
    }
}
