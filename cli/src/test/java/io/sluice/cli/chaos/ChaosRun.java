package io.sluice.cli.chaos;

import io.sluice.cli.chaos.Fault.Injected;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** Faults, one round after the other, on a cluster of processes under load; after each the log is checked. */
final class ChaosRun {
    private static final Duration CALM = Duration.ofMillis(1_500);
    private static final Duration AFTER = Duration.ofMillis(1_000);
    /** Eight JVMs compile what their first requests need. A fault then says how fast they compile, and little else. */
    private static final Duration WARM_UP = Duration.ofSeconds(45);

    private final ChaosConfig config;
    private final Path directory;
    private final ChaosReport report = new ChaosReport();

    ChaosRun(ChaosConfig config, Path directory) {
        this.config = config;
        this.directory = directory;
    }

    /** The report; what failed is in it. */
    ChaosReport run() throws Exception {
        System.out.println("chaos: seed " + config.seed() + ", rounds " + config.rounds() + ", logs in " + directory);
        Path here = Path.of("..").toAbsolutePath().normalize();
        Random random = new Random(config.seed());
        List<List<Fault>> plan = new ArrayList<>(config.plan(random));
        Path from = config.from();
        if (from != null) {
            plan.add(0, List.of(PlannedFaults.upgradeTo(here)));
        }
        try (Deployment deployment = Deployment.start(
                        directory, from == null ? here : from, Verification.RULES, config.withReplica());
                OpenLoad load = new OpenLoad(deployment.urls(), config.requestsPerSecond(), random)) {
            Verification verification = new Verification(deployment.brokers().internal());
            load.resume();
            Thread.sleep(WARM_UP.toMillis());
            for (int i = 0; i < plan.size(); i++) {
                Round round = round(i + 1, plan.get(i), deployment, load, new Random(config.seed() + i));
                report.add(round);
                try {
                    verification.check(round);
                    deployment.assertRepliesAgree();
                } catch (AssertionError e) {
                    report.failed(round, e);
                }
            }
        }
        keep(report.markdown());
        return report;
    }

    private static Round round(int number, List<Fault> faults, Deployment deployment, OpenLoad load, Random random)
            throws Exception {
        load.drain();
        load.resume();
        Thread.sleep(CALM.toMillis());
        long injectedNanos = System.nanoTime();
        List<Injected> injected = new ArrayList<>();
        long lastsMillis = 0;
        for (Fault fault : faults) {
            injected.add(fault.injecting().inject(deployment, load, random));
            lastsMillis = Math.max(lastsMillis, fault.lasts().toMillis());
        }
        Thread.sleep(lastsMillis);
        long healedNanos = System.nanoTime();
        // A stable sort: those that wait for a whole deployment come after those that make it whole.
        for (Injected one : injected.stream()
                .sorted(Comparator.comparing(Injected::healsLast))
                .toList()) {
            one.healing().heal();
        }
        deployment.awaitWhole();
        long wholeNanos = System.nanoTime();
        Thread.sleep(AFTER.toMillis());
        load.pause();
        Affected affected = injected.stream().map(Injected::affected).reduce(Affected.NOBODY, Affected::and);
        return new Round(
                number,
                faults.stream().map(Fault::name).toList(),
                String.join("; ", injected.stream().map(Injected::what).toList()),
                affected,
                injectedNanos,
                healedNanos,
                wholeNanos,
                load.drain());
    }

    private void keep(String table) throws IOException {
        System.out.println(table);
        Files.writeString(directory.resolve("report.md"), table);
    }
}
