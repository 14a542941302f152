package io.sluice.perf.rest;

import io.sluice.perf.Scenario;
import io.sluice.perf.Setting;
import io.sluice.perf.load.AdmissionLoad;
import io.sluice.perf.load.AdmissionLoad.Request;
import io.sluice.perf.load.HttpLoad;
import io.sluice.perf.process.Jvm;
import io.sluice.perf.process.Stage;
import io.sluice.perf.report.Goal;
import io.sluice.perf.report.Row;
import io.sluice.perf.report.Samples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a front end does for clients that are hot: one, and 1,000 together; all allowed, and nine of ten denied.
 * Requests go over REST only, so it is the same request with a fast path and without one. The baseline is a bare
 * handler, which decides nothing: under Javalin, and on the front end that admissions have here, which takes less.
 *
 * <p>Allocation is that of all threads of the process; the one of Sluice holds broker and streams app as well.
 */
public final class FastPathScenario implements Scenario {
    private static final String BARE = "02 bare handler";
    private static final String DIRECT = "02 bare handler, direct";
    private static final int MANY = 1_000;
    private static final int CONNECTIONS = 32;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double BYTES_MORE_MAX = 1_024;
    private static final double PROCESSOR_MICROS_MAX = 25;

    @Override
    public Listing listing() {
        return Listing.of("12", "fast-path", "02");
    }

    /** One kind of traffic; {@code bareBase} names the bare handler that answers alike. */
    private record Traffic(String name, List<Request> loadRequests, String bareBase) {}

    private static List<Traffic> traffics() {
        return List.of(
                new Traffic("one hot client", RestTraffic.allowed("one", 1), ""),
                new Traffic("1,000 hot clients, 90 % denied", RestTraffic.mostlyDenied("denied", MANY), "/deny"),
                new Traffic("1,000 hot clients", RestTraffic.allowed("many", MANY), ""),
                new Traffic("one hot client, 90 % denied", RestTraffic.mostlyDenied("denied-one", 1), "/deny"));
    }

    @Override
    public List<Row> run(Setting setting) throws Exception {
        List<Traffic> traffics = traffics().subList(0, setting.pick(1, 2, 4));
        Samples samples = new Samples();
        Stage stage = setting.shared().warm(setting);
        for (Traffic traffic : traffics) {
            measure(setting, stage, traffic, samples);
        }
        return rows(traffics, samples);
    }

    private static void measure(Setting setting, Stage stage, Traffic traffic, Samples samples) throws Exception {
        AdmissionLoad asked = new AdmissionLoad("", traffic.loadRequests());
        AdmissionLoad bareAsked = new AdmissionLoad(traffic.bareBase(), traffic.loadRequests());
        Duration warmUp = Duration.ofMillis(setting.pick(300, 1_000, 1_000));
        Duration duration = Duration.ofMillis(setting.pick(300, 1_500, 1_500));
        HttpLoad rest = HttpLoad.on(stage.sluice().httpPort(), CONNECTIONS, asked);
        HttpLoad bare = HttpLoad.on(stage.baselinePort(), CONNECTIONS, bareAsked);
        HttpLoad direct = HttpLoad.on(stage.directPort(), CONNECTIONS, bareAsked);
        for (HttpLoad load : List.of(bare, direct, rest)) {
            load.closedLoop(warmUp);
        }
        String name = "12-" + traffic.name().replaceAll("[^a-z0-9]+", "-");
        setting.profiles().recorded(name, stage.sluice().jvm(), () -> {
            for (int round = 0; round < setting.pick(1, 2, 3); round++) {
                measure(BARE + traffic.name(), bare, duration, stage.baselineJvm(), samples);
                measure(DIRECT + traffic.name(), direct, duration, stage.baselineJvm(), samples);
                setting.shared().activate(traffic.loadRequests());
                measure(traffic.name(), rest, duration, stage.sluice().jvm(), samples);
            }
            return true;
        });
        setting.shared().add(asked.admittedByClient());
    }

    private static void measure(String series, HttpLoad load, Duration duration, Jvm jvm, Samples samples)
            throws Exception {
        long bytes = jvm.allocatedBytes();
        long nanos = jvm.cpuNanos();
        HttpLoad.Result result = load.closedLoop(duration);
        samples.add(series, result.perSecond());
        samples.addLatencies(series, result.latencies());
        samples.add(series + " bytes", (jvm.allocatedBytes() - bytes) / (double) result.answers());
        samples.add(series + " cpu", (jvm.cpuNanos() - nanos) / NANOS_PER_MICRO / result.answers());
    }

    private List<Row> rows(List<Traffic> traffics, Samples samples) {
        List<Row> rows = new ArrayList<>();
        for (Traffic traffic : traffics) {
            String name = traffic.name();
            rows.add(Row.of(number(), "REST, " + name, "requests/s", samples.of(name))
                    .against(BARE, samples.of(BARE + name)));
            rows.add(Row.of(number(), "REST, " + name + ", as above", "requests/s", samples.of(name))
                    .against(DIRECT, samples.of(DIRECT + name))
                    .toReach(Goal.ratioAtLeast(0.95)));
            rows.add(Row.of(number(), "REST, " + name + ", processor", "µs/request", samples.of(name + " cpu"))
                    .against(BARE, samples.of(BARE + name + " cpu"))
                    .toReach(Goal.atMost(PROCESSOR_MICROS_MAX)));
            rows.add(allocated(name, BARE, samples));
            rows.add(allocated(name, DIRECT, samples).toReach(Goal.atMost(BYTES_MORE_MAX)));
            for (String percentile : Samples.percentileNames()) {
                rows.add(Row.of(number(), "REST, " + name + ", " + percentile, "ms", samples.of(name, percentile))
                        .against(BARE, samples.of(BARE + name, percentile))
                        .inJsonOnly());
            }
        }
        return rows;
    }

    private Row allocated(String name, String baseline, Samples samples) {
        List<Double> ours = samples.of(name + " bytes");
        List<Double> bare = samples.of(baseline + name + " bytes");
        List<Double> more = new ArrayList<>();
        for (int i = 0; i < ours.size(); i++) {
            more.add(ours.get(i) - bare.get(i));
        }
        return Row.of(number(), "REST, " + name + ", allocated above " + baseline, "bytes/request", more);
    }
}
