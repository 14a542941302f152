package io.sluice.perf.rest;

import io.sluice.perf.ScenarioFailedException;
import io.sluice.perf.Setting;
import io.sluice.perf.baseline.EchoCaller;
import io.sluice.perf.load.AdmissionLoad;
import io.sluice.perf.load.AdmissionLoad.Request;
import io.sluice.perf.load.ClosedLoop;
import io.sluice.perf.load.HttpBatches;
import io.sluice.perf.load.HttpLoad;
import io.sluice.perf.load.RequestSamples;
import io.sluice.perf.oracle.LogCheck;
import io.sluice.perf.process.DevProcess;
import io.sluice.perf.process.RedisServer;
import io.sluice.perf.process.Stage;
import io.sluice.perf.report.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one stage of all scenarios over HTTP, so that its code is compiled once for all of them.
 *
 * <p>On two cores that takes a minute or two: broker, streams app and front end are twenty thousand methods in one JVM,
 * and their compiler has to share the cores with them. After five seconds of load a request through Kafka costs twenty
 * times what it costs after two minutes, and any ratio is one of compilers. So the stage is warmed up with all kinds of
 * traffic, once, when the first scenario uses it.
 *
 * <p>The scenarios share one log too; what callers saw is added up over them, and compared with all of it.
 */
public final class SharedStage implements AutoCloseable {
    /** The scenarios that run on it. */
    public static final String NUMBERS = "11–17";

    private static final int CLIENTS = 1_000;
    private static final int CONNECTIONS = 64;
    private static final int BATCH_SIZE = 100;
    private static final int BATCH_CONNECTIONS = 4;
    private static final Duration HEATING = Duration.ofMillis(1_500);
    /** How often each request is sent at least, unless the rounds of heating are over first. */
    private static final int HEATING_TIMES = 10;

    private static final int HEATING_ROUNDS_MAX = 3;

    private final Map<String, Long> seenByClient = new HashMap<>();
    private @Nullable RedisServer redis;
    private @Nullable Stage stage;

    /** The stage, warm; the first scenario that needs it starts it. */
    public Stage warm(Setting setting) throws Exception {
        Stage known = stage;
        if (known != null) {
            return known;
        }
        Stage started = started(setting);
        stage = started;
        Duration duration = Duration.ofSeconds(setting.pick(1, 20, 60));
        System.err.println("bench: warming up for " + duration.toSeconds() + " s ...");
        warmUp(started, duration);
        return started;
    }

    /**
     * Sends requests of these clients so often that they are hot. One is from its first second. A thousand take their
     * time in a closed loop: as long as they are cold, each answer has to come back before the next request is sent.
     */
    public void activate(List<Request> loadRequests) throws IOException, InterruptedException {
        Stage warm = stage;
        if (warm == null) {
            throw new IllegalStateException("nothing runs (expected: warm)");
        }
        if (loadRequests.size() % BATCH_SIZE == 0) {
            HttpBatches batches = new HttpBatches(loadRequests, BATCH_SIZE);
            HttpLoad load = HttpLoad.on(warm.sluice().httpPort(), BATCH_CONNECTIONS, batches);
            long wanted = (long) loadRequests.size() / BATCH_SIZE * HEATING_TIMES;
            int rounds = 0;
            do {
                load.closedLoop(HEATING);
                rounds++;
            } while (rounds < HEATING_ROUNDS_MAX && load.numbers().get() < wanted);
            add(batches.admittedByClient());
        }
    }

    private Stage started(Setting setting) throws Exception {
        Optional<Path> binary = RedisServer.installed();
        if (binary.isEmpty()) {
            return Stage.start(setting, RestTraffic.RULES);
        }
        RedisServer server = RedisServer.start(binary.get());
        redis = server;
        return Stage.start(setting, RestTraffic.RULES, "--redis", server.address());
    }

    private void warmUp(Stage started, Duration duration) throws IOException, InterruptedException {
        int port = started.sluice().httpPort();
        List<Request> many = RestTraffic.allowed("warm", CLIENTS);
        AdmissionLoad exact = new AdmissionLoad("", RestTraffic.exactly(many));
        AdmissionLoad one = new AdmissionLoad("", RestTraffic.allowed("warm-one", 1));
        AdmissionLoad denied = new AdmissionLoad("", RestTraffic.mostlyDenied("warm-denied", CLIENTS));
        AdmissionLoad cold = new AdmissionLoad("", many);
        HttpBatches batches = new HttpBatches(many, BATCH_SIZE);
        List<HttpLoad> loads = new ArrayList<>();
        // The way through Kafka is most of the code.
        for (AdmissionLoad loadRequests : List.of(exact, exact, one, denied, cold, exact)) {
            loads.add(HttpLoad.on(port, CONNECTIONS, loadRequests));
        }
        loads.add(HttpLoad.on(port, BATCH_CONNECTIONS, batches));
        for (String base : List.of("", "/deny")) {
            loads.add(HttpLoad.on(started.baselinePort(), CONNECTIONS, new AdmissionLoad(base, many)));
        }
        for (String base : redis == null ? List.of("", "/deny") : List.of("", "/deny", "/script", "/bucket4j")) {
            loads.add(HttpLoad.on(started.directPort(), CONNECTIONS, new AdmissionLoad(base, many)));
        }
        Duration round = Duration.ofMillis(Math.max(100, duration.toMillis() / 50));
        long startNanos = System.nanoTime();
        try (EchoCaller echo = EchoCaller.start(started.sluice().bootstrapServers(), new RequestSamples())) {
            while (System.nanoTime() - startNanos < duration.toNanos()) {
                for (HttpLoad load : loads) {
                    load.closedLoop(round);
                }
                ClosedLoop.run(echo, round, CONNECTIONS);
            }
        }
        List.of(exact, one, denied, cold).forEach(loadRequests -> add(loadRequests.admittedByClient()));
        add(batches.admittedByClient());
    }

    /** Adds what a scenario's own callers saw admitted. */
    public void add(Map<String, Long> admittedByClient) {
        admittedByClient.forEach((client, tokens) -> seenByClient.merge(client, tokens, Long::sum));
    }

    /**
     * Compares what was admitted so far with the log: one row, or none if nothing ran on it.
     *
     * @throws ScenarioFailedException if more was admitted than the log allows, or a decision is missing
     */
    public List<Row> overAdmission() throws Exception {
        Stage known = stage;
        if (known == null) {
            return List.of();
        }
        DevProcess sluice = known.sluice();
        return List.of(LogCheck.of(sluice.bootstrapServers(), sluice.keys())
                .decisions(1)
                .overAdmission(NUMBERS, seenByClient));
    }

    /** Ends its processes; a scenario that comes after gets another stage. */
    @Override
    public void close() throws Exception {
        Stage ended = stage;
        RedisServer server = redis;
        stage = null;
        redis = null;
        seenByClient.clear();
        try {
            if (ended != null) {
                ended.close();
            }
        } finally {
            if (server != null) {
                server.close();
            }
        }
    }
}
