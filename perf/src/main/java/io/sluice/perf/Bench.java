package io.sluice.perf;

import com.sun.management.OperatingSystemMXBean;
import io.sluice.perf.process.Project;
import io.sluice.perf.profile.HotFrames;
import io.sluice.perf.profile.Profiles;
import io.sluice.perf.report.Environment;
import io.sluice.perf.report.Report;
import io.sluice.perf.report.Row;
import io.sluice.perf.rest.SharedStage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/**
 * The command line of the benchmarks, behind {@code ./dev bench}. The table goes to standard output, progress and
 * complaints to standard error, table and every run to {@code perf/results}.
 */
public final class Bench {
    private static final int EXIT_USAGE = 2;
    private static final int EXIT_FAILED = 1;

    private Bench() {}

    public static void main(String[] arguments) throws Exception {
        // Explicit, since clients that were left behind by a failure would keep the JVM alive.
        System.exit(run(arguments));
    }

    private static int run(String... arguments) throws Exception {
        BenchOptions options;
        List<Scenario> chosen;
        try {
            options = BenchOptions.parse(arguments);
            chosen = Scenarios.chosen(options.names());
        } catch (IllegalArgumentException e) {
            System.err.println("bench: " + e.getMessage());
            return EXIT_USAGE;
        }
        if (options.help()) {
            System.out.print(BenchOptions.usage());
            return 0;
        }
        Project project = Project.found();
        try (SharedStage shared = new SharedStage()) {
            Profiles profiles = new Profiles(options.profile(), project.results());
            Setting setting = new Setting(options.scale(), project, profiles, new Setting.ServerNote(), shared);
            return run(chosen, setting);
        }
    }

    private static int run(List<Scenario> chosen, Setting setting) throws Exception {
        List<Row> rows = new ArrayList<>();
        boolean failed = false;
        Instant date = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        for (Scenario scenario : chosen) {
            Instant start = Instant.now();
            System.err.println(
                    "bench: " + scenario.number() + " " + scenario.listing().name() + " ...");
            failed |= !added(rows, scenario.number(), scenario.listing().name(), () -> scenario.run(setting), setting);
            System.err.println("bench: " + scenario.number() + " took "
                    + Duration.between(start, Instant.now()).toSeconds() + " s");
            // After each, so that a run that is ended early keeps its results.
            write(new Report(environment(setting, date), rows), setting.project());
        }
        failed |= !added(rows, SharedStage.NUMBERS, "over-admission", setting.shared()::overAdmission, setting);
        write(new Report(environment(setting, date), rows), setting.project());
        print(new Report(environment(setting, date), rows), setting);
        return failed ? EXIT_FAILED : 0;
    }

    private static boolean added(
            List<Row> rows, String number, String name, Callable<List<Row>> measured, Setting setting)
            throws Exception {
        try {
            rows.addAll(measured.call());
            return true;
        } catch (Exception | AssertionError e) {
            rows.add(Row.without(number, name, "**failed**: " + firstLine(e)));
            e.printStackTrace();
            // A failed scenario may have left the stage in any state.
            setting.shared().close();
            return false;
        }
    }

    private static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    private static Path file(Report report, Project project, String end) throws IOException {
        Environment environment = report.environment();
        String date = environment.date().toString().replaceAll("[:Z]", "");
        return project.results().resolve(date + "-" + environment.revision() + end);
    }

    private static void write(Report report, Project project) throws IOException {
        Files.writeString(file(report, project, ".json"), report.json());
        Files.writeString(file(report, project, ".md"), report.markdown());
    }

    private static void print(Report report, Setting setting) throws IOException {
        System.out.print(report.markdown());
        for (Path recording : setting.profiles().files()) {
            System.out.println();
            System.out.println(recording);
            System.out.print(HotFrames.of(recording).text());
        }
        System.err.println("bench: " + file(report, setting.project(), ".json"));
    }

    private static Environment environment(Setting setting, Instant date) throws IOException, InterruptedException {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new Environment(
                setting.project().revision(),
                date,
                setting.scale().name().toLowerCase(Locale.ROOT),
                system.getAvailableProcessors(),
                system.getTotalMemorySize(),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
                ManagementFactory.getRuntimeMXBean().getInputArguments(),
                setting.server().version(),
                setting.server().flags());
    }
}
