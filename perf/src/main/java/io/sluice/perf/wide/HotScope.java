package io.sluice.perf.wide;

import io.sluice.perf.ScenarioFailedException;
import io.sluice.perf.Setting;
import io.sluice.perf.load.AdmissionLoad;
import io.sluice.perf.load.HttpLoad;
import io.sluice.perf.load.HttpReply;
import io.sluice.perf.load.HttpRequests;
import io.sluice.perf.report.Goal;
import io.sluice.perf.report.Row;
import io.sluice.perf.report.Samples;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * A hundred hot clients, whom front ends answer out of leases: under a limit of their own, and beside it under one that
 * all accounts share.
 */
final class HotScope {
    private static final String OWN = "hot, own limit only, 64 in flight";
    private static final String SHARED = "hot, one bucket, 64 in flight";
    private static final int CONNECTIONS = 64;

    private HotScope() {}

    /** One side: the same clients under one path. */
    private static final class HotLoad implements HttpRequests {
        private static final int CLIENTS = 100;
        private static final byte[] ALLOW = "\"verdict\":\"allow\"".getBytes(StandardCharsets.US_ASCII);
        private static final byte[] LEASE = "\"leaseId\":".getBytes(StandardCharsets.US_ASCII);

        private final List<byte[]> requests = new ArrayList<>();
        private final LongAdder answered = new LongAdder();
        private final LongAdder leased = new LongAdder();

        HotLoad(String path) {
            for (int client = 0; client < CLIENTS; client++) {
                requests.add(AdmissionLoad.post(
                        "/v1/admissions",
                        "{\"clientId\":\"hot-" + client + "\",\"route\":{\"method\":\"POST\",\"path\":\"" + path
                                + "\"},\"deadlineMillis\":20000}"));
            }
        }

        @Override
        public byte[] request(long number) {
            return requests.get((int) (number % CLIENTS));
        }

        @Override
        public void answered(long number, HttpReply reply) {
            if (reply.status() != 200 || reply.indexOf(ALLOW, 0) < 0) {
                throw new IllegalStateException("not allowed: " + reply);
            }
            answered.increment();
            if (reply.indexOf(LEASE, 0) >= 0) {
                leased.increment();
            }
        }

        double leasedShare() {
            return (double) leased.sum() / Math.max(1, answered.sum());
        }
    }

    /** Measures both sides in turns. */
    static List<Row> rows(Setting setting, int httpPort, String scenario)
            throws IOException, InterruptedException, ScenarioFailedException {
        HotLoad own = new HotLoad("/own");
        HotLoad shared = new HotLoad("/all");
        Samples samples = new Samples();
        for (HotLoad load : List.of(own, shared)) {
            perSecond(load, httpPort, setting.pick(300, 5_000, 10_000));
        }
        for (int round = 0; round < setting.pick(1, 3, 5); round++) {
            samples.add(OWN, perSecond(own, httpPort, setting.pick(300, 3_000, 5_000)));
            samples.add(SHARED, perSecond(shared, httpPort, setting.pick(300, 3_000, 5_000)));
        }
        if (shared.leasedShare() == 0) {
            throw new ScenarioFailedException("a hot client under a shared limit had no answer out of a lease");
        }
        return List.of(
                Row.of(scenario, OWN, "decisions/s", samples.of(OWN)),
                Row.of(scenario, SHARED, "decisions/s", samples.of(SHARED))
                        .against(OWN, samples.of(OWN))
                        .toReach(Goal.ratioAtLeast(0.8)),
                Row.of(scenario, "hot, one bucket, out of leases", "share", List.of(shared.leasedShare())));
    }

    private static double perSecond(HotLoad load, int httpPort, int millis) throws IOException, InterruptedException {
        return HttpLoad.on(httpPort, CONNECTIONS, load)
                .closedLoop(Duration.ofMillis(millis))
                .perSecond();
    }
}
