package io.sluice.cli.chaos;

import io.sluice.cli.chaos.Fault.Injected;
import io.sluice.cli.chaos.Fault.Target;
import io.sluice.cli.process.SluiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What happens to the directories that streams apps keep their state in. */
final class StateFaults {
    private static final Pattern OF_A_STORE = Pattern.compile("(CURRENT|MANIFEST-\\d+|\\d+\\.sst)");
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final int REFUSED_SECONDS = 60;

    private StateFaults() {}

    static List<Fault> all() {
        return List.of(
                new Fault("delete-state", Target.APP, SOON, StateFaults::delete),
                new Fault("corrupt-state", Target.APP, SOON, StateFaults::corrupt),
                new Fault("full-disk", Target.APP, Duration.ofSeconds(9), StateFaults::fill),
                new Fault("shared-state-dir", Target.APP, SOON, StateFaults::share));
    }

    private static Injected delete(Deployment deployment, OpenLoad load, Random random) throws Exception {
        SluiceMember app = Faults.app(deployment, random);
        Affected affected = Affected.ofPartitions(app.partitions());
        app.kill();
        for (Path path : below(app.home())) {
            Files.delete(path);
        }
        return new Injected("kill -9 " + app.name() + ", its state deleted", affected, app::start);
    }

    private static Injected corrupt(Deployment deployment, OpenLoad load, Random random) throws Exception {
        SluiceMember app = Faults.app(deployment, random);
        Affected affected = Affected.ofPartitions(app.partitions());
        app.kill();
        List<Path> files = below(app.home()).stream()
                .filter(path ->
                        OF_A_STORE.matcher(path.getFileName().toString()).matches())
                .sorted()
                .toList();
        List<String> corrupted = new ArrayList<>();
        for (Path file : files) {
            if (random.nextInt(3) == 0) {
                byte[] bytes = new byte[(int) Files.size(file)];
                random.nextBytes(bytes);
                Files.write(file, bytes);
                corrupted.add(file.getFileName().toString());
            }
        }
        return new Injected("kill -9 " + app.name() + ", random bytes in " + corrupted, affected, app::start);
    }

    /** Deepest first, without the directory itself. */
    private static List<Path> below(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(path -> !path.equals(root))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
    }

    /** An app that has given up by then is started again, as whoever runs it does. */
    private static Injected fill(Deployment deployment, OpenLoad load, Random random) throws Exception {
        Path disk = deployment.disks().small();
        if (disk == null) {
            return new Injected("skipped: nothing may be mounted here", Affected.NOBODY, () -> {});
        }
        SluiceMember app = deployment.apps().stream()
                .filter(one -> one.home().equals(disk))
                .findFirst()
                .orElseThrow();
        Affected affected = Affected.ofPartitions(app.partitions());
        Path filler = StateDisks.fill(disk);
        return new Injected("the disk of " + app.name() + " is full", affected, () -> {
            Files.delete(filler);
            app.start();
        });
    }

    /** The second one must end by itself, and the first one must not notice. */
    private static Injected share(Deployment deployment, OpenLoad load, Random random) throws Exception {
        SluiceMember app = Faults.app(deployment, random);
        SluiceProcess second = app.twin();
        return new Injected("a second process on the state of " + app.name(), Affected.NOBODY, () -> {
            try (second) {
                Waits.until("the second process gives up", REFUSED_SECONDS, () -> !second.isAlive());
                if (second.exitCode() == 0) {
                    throw new AssertionError("it ended with 0:\n" + String.join("\n", second.lines()));
                }
            }
        });
    }
}
