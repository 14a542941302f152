package io.sluice.perf.replay;

import io.sluice.perf.Scenario;
import io.sluice.perf.ScenarioFailedException;
import io.sluice.perf.Setting;
import io.sluice.perf.process.Directories;
import io.sluice.perf.report.Goal;
import io.sluice.perf.report.Row;
import io.sluice.perf.report.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How much memory {@code sluice replay} takes, as a process, when every request is of another account and no bucket is
 * full again before the end: the most that the kernel has counted for it, heap, RocksDB and threads together.
 */
public final class ReplayMemoryScenario implements Scenario {
    private static final double GOAL_MIB = 2_048;
    private static final double KIB_OF_MIB = 1_024;
    private static final long LOOK_MILLIS = 200;
    private static final String RULES = """
        {"limits":[{"id":"per-client","scope":"client","rate":{"tokens":1,"per":"1d"},"burst":20}]}
        """;

    @Override
    public Listing listing() {
        return Listing.of("21m", "replay-memory").onlyByName();
    }

    @Override
    public List<Row> run(Setting setting) throws Exception {
        int accounts = setting.pick(50_000, 1_000_000, 10_000_000);
        Path directory = Files.createTempDirectory("sluice-perf-replay-memory");
        Samples samples = new Samples();
        try {
            new ReplayLog(accounts, RULES).write(directory, partition -> new AtomicInteger()::incrementAndGet);
            long startNanos = System.nanoTime();
            samples.add("MiB", peakMebibytes(setting, directory, accounts));
            samples.add("requests/s", accounts / ((System.nanoTime() - startNanos) / 1e9));
        } finally {
            Directories.delete(directory);
        }
        return List.of(
                Row.of(number(), "memory of replay, " + accounts + " live buckets", "MiB", samples.of("MiB"))
                        .toReach(Goal.atMost(GOAL_MIB)),
                Row.of(number(), "the same, with its start", "requests/s", samples.of("requests/s")));
    }

    private static double peakMebibytes(Setting setting, Path directory, int accounts) throws Exception {
        Path told = directory.resolve("told");
        Process process = new ProcessBuilder(setting.project()
                        .sluice("replay", "--log", directory.toString(), "--work-directory", directory.toString()))
                .redirectErrorStream(true)
                .redirectOutput(told.toFile())
                .start();
        double peak = 0;
        try {
            while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                peak = Math.max(peak, peakMebibytes(process.pid()));
            }
        } finally {
            process.destroyForcibly();
        }
        String text = Files.readString(told);
        if (process.exitValue() != 0 || !text.contains("decisions re-derived, 0 differences")) {
            throw new ScenarioFailedException("replay of " + accounts + " accounts: " + text);
        }
        return peak;
    }

    /** The high-water mark; 0 once the process has ended. */
    private static double peakMebibytes(long pid) throws IOException {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        try {
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToDouble(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / KIB_OF_MIB)
                    .max()
                    .orElse(0);
        } catch (IOException e) {
            if (Files.exists(status)) {
                throw e;
            }
            return 0;
        }
    }
}
