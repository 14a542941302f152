package io.sluice.perf.takeover;

import io.sluice.perf.Scenario;
import io.sluice.perf.ScenarioFailedException;
import io.sluice.perf.Setting;
import io.sluice.perf.load.AdmissionLoad;
import io.sluice.perf.load.AdmissionLoad.Request;
import io.sluice.perf.load.ClientLimit;
import io.sluice.perf.load.HttpCrowd;
import io.sluice.perf.load.HttpLoad;
import io.sluice.perf.load.HttpReply;
import io.sluice.perf.load.ImpatientAdmissions;
import io.sluice.perf.oracle.LogCheck;
import io.sluice.perf.process.Directories;
import io.sluice.perf.process.FrontEndProcess;
import io.sluice.perf.process.ServerProcess;
import io.sluice.perf.report.Goal;
import io.sluice.perf.report.Row;
import io.sluice.perf.rest.RestTraffic;
import io.sluice.perf.topology.LogServer;
import io.sluice.perf.topology.TopologyRules;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.TopicReader;
import io.sluice.testkit.keys.TestKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * One of two streams apps is killed, hangs, or both are restarted in turn, under 500 requests a second: how long
 * callers wait, how often in vain, and for how long a partition gives no verdicts. Every request goes through Kafka,
 * and has the front end's own deadline of one second. Broker, apps and front end are processes of their own, as they
 * ship. The broker has the bounds that OPERATIONS recommends.
 *
 * <p>It runs without and with a reply replica. With one, every second reply is compared with the first.
 */
public final class TakeoverScenario implements Scenario {
    private static final int CLIENTS = 1_000;
    private static final int PER_SECOND = 500;
    private static final long DEADLINE_MILLIS = 1_000;
    private static final int CONNECTIONS = 64;
    private static final int CONNECTIONS_MAX = 4_000;
    private static final Duration SLICE = Duration.ofMillis(500);
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double GAP_MILLIS_MAX = 4_000;
    private static final String BROKER = "cluster group.min.session.timeout.ms=2500"
            + " transaction.abort.timed.out.transaction.cleanup.interval.ms=1000";
    private static final String COMPARED = "sluice_client_replies_compared_total{outcome=\"%s\"}";

    private final boolean withReplica;

    private TakeoverScenario(boolean withReplica) {
        this.withReplica = withReplica;
    }

    public static TakeoverScenario withoutReplica() {
        return new TakeoverScenario(false);
    }

    public static TakeoverScenario withReplica() {
        return new TakeoverScenario(true);
    }

    @Override
    public Listing listing() {
        // It takes minutes, and leaves a log that others would have to check with it.
        return Listing.of("22", withReplica ? "takeover-replica" : "takeover").onlyByName();
    }

    /** Something that happens to the apps; returns when everything is well again. */
    private record Event(String name, Callable<Boolean> happening) {}

    @Override
    public List<Row> run(Setting setting) throws Exception {
        Path directory = Files.createTempDirectory("sluice-perf-takeover-");
        try (ServerProcess server = LogServer.start()) {
            String bootstrapServers = server.command(BROKER);
            TopologyRules.activate(bootstrapServers, ClientLimit.RULES);
            try (AppPair apps = AppPair.start(setting.project(), bootstrapServers, directory, withReplica);
                    FrontEndProcess frontEnd =
                            FrontEndProcess.start(setting.project(), bootstrapServers, directory.resolve("api"))) {
                List<Row> rows = new ArrayList<>(measured(setting, bootstrapServers, apps, frontEnd.httpPort()));
                if (withReplica) {
                    rows.addAll(compared(frontEnd));
                }
                return rows;
            }
        } finally {
            Directories.delete(directory);
        }
    }

    /** Every second reply must have been equal to the first. */
    private List<Row> compared(FrontEndProcess frontEnd) throws IOException, ScenarioFailedException {
        double different = frontEnd.metric(COMPARED.formatted("different"));
        if (different > 0) {
            throw new ScenarioFailedException(different + " second replies differ from the first (expected: none)");
        }
        return List.of(
                Row.of(
                        number(),
                        event("replies compared with the first"),
                        "replies",
                        List.of(frontEnd.metric(COMPARED.formatted("equal")))),
                Row.of(number(), event("of them different"), "replies", List.of(different))
                        .toReach(Goal.atMost(0)));
    }

    private String event(String name) {
        return (withReplica ? "with a replica: " : "") + name;
    }

    private List<Row> measured(Setting setting, String bootstrapServers, AppPair apps, int port) throws Exception {
        List<Request> clients = RestTraffic.exactly(RestTraffic.allowed("takeover", CLIENTS));
        AdmissionLoad patient = new AdmissionLoad("", clients);
        ImpatientAdmissions asked = new ImpatientAdmissions(clients, DEADLINE_MILLIS);
        HttpLoad.on(port, CONNECTIONS, patient).closedLoop(Duration.ofSeconds(setting.pick(2, 20, 40)));
        List<Event> events = events(setting, apps);
        List<Row> rows = new ArrayList<>();
        int partitions = TopicReader.partitionsOf(bootstrapServers, TopicCatalogue.REQUESTS);
        for (Event event : events) {
            rows.addAll(rows(event(event.name()), seen(event, partitions, port, asked)));
            apps.awaitWhole();
        }
        Map<String, Long> admitted = new HashMap<>(patient.admittedByClient());
        asked.admittedByClient().forEach((client, tokens) -> admitted.merge(client, tokens, Long::sum));
        rows.add(LogCheck.of(bootstrapServers, TestKeys.TRUSTED).decisions(1).overAdmission(number(), admitted));
        return rows;
    }

    private List<Event> events(Setting setting, AppPair apps) {
        List<Event> events = new ArrayList<>();
        events.add(new Event("undisturbed", () -> {
            Thread.sleep(setting.pick(1_000, 10_000, 10_000));
            return true;
        }));
        events.add(new Event("kill -9", () -> {
            apps.kill(1);
            return true;
        }));
        if (setting.pick(0, 1, 1) == 1) {
            events.add(new Event("SIGSTOP for 12 s", () -> {
                apps.pause(0);
                return true;
            }));
            events.add(new Event("rolling restart", () -> {
                apps.restartAll();
                return true;
            }));
        }
        if (withReplica) {
            events.add(new Event("kill -9 of the replica", () -> {
                apps.killReplica();
                return true;
            }));
        }
        return events;
    }

    /** Asks while it happens, and for a while before and after. */
    private static SeenByCallers seen(Event event, int partitions, int port, ImpatientAdmissions asked)
            throws Exception {
        CrowdView view = new CrowdView(partitions);
        ExecutorService hand = Executors.newSingleThreadExecutor();
        try (HttpCrowd crowd = new HttpCrowd(port, CONNECTIONS_MAX, asked, view)) {
            // Opens the connections.
            crowd.send(PER_SECOND, SLICE.multipliedBy(4));
            crowd.awaitAnswers();
            view.begin();
            crowd.send(PER_SECOND, SLICE);
            Future<Boolean> happening = hand.submit(event.happening());
            while (!happening.isDone()) {
                crowd.send(PER_SECOND, SLICE);
            }
            crowd.send(PER_SECOND, SLICE.multipliedBy(4));
            crowd.awaitAnswers();
            boolean unused = happening.get();
            view.current().end();
            System.err.printf(
                    "bench: %s: %,d requests, %,d failed, the load itself late by %.1f ms (p99)%n",
                    event.name(),
                    view.current().requests(),
                    view.current().failed(),
                    crowd.lag().getValueAtPercentile(99) / NANOS_PER_MILLI);
            return view.current();
        } finally {
            hand.shutdownNow();
        }
    }

    /** What is seen since the last beginning. */
    private static final class CrowdView implements HttpCrowd.Listener {
        private final int partitions;
        private SeenByCallers current;

        CrowdView(int partitions) {
            this.partitions = partitions;
            this.current = new SeenByCallers(partitions);
        }

        void begin() {
            current = new SeenByCallers(partitions);
        }

        SeenByCallers current() {
            return current;
        }

        @Override
        public void answered(long sentNanos, HttpReply reply) {
            current.answered(sentNanos, reply);
        }

        @Override
        public void lost(long sentNanos) {
            current.lost(sentNanos);
        }
    }

    private List<Row> rows(String event, SeenByCallers seen) {
        String note = String.format("of %,d requests", seen.requests());
        String slow = event + ", requests above " + SeenByCallers.NOTICED_MILLIS + " ms or failed";
        Row gap = Row.of(
                number(),
                event + ", longest gap of a partition",
                "ms",
                List.of(seen.longestGapNanos() / NANOS_PER_MILLI));
        Row noticed = Row.of(number(), slow, "requests", List.of((double) seen.noticed()))
                .noted(note);
        return List.of(
                withReplica ? gap : gap.toReach(Goal.atMost(GAP_MILLIS_MAX)),
                Row.of(number(), event + ", requests failed", "requests", List.of((double) seen.failed()))
                        .noted(note),
                withReplica ? noticed.toReach(Goal.atMost(0)) : noticed,
                millis(event, seen, "p50", 50),
                millis(event, seen, "p99", 99),
                millis(event, seen, "longest wait for a verdict", 100));
    }

    private Row millis(String event, SeenByCallers seen, String name, double percentile) {
        return Row.of(
                number(),
                event + ", " + name,
                "ms",
                List.of(seen.waits().getValueAtPercentile(percentile) / NANOS_PER_MILLI));
    }
}
