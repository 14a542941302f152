package io.sluice.cli.chaos;

import io.sluice.cli.process.SluiceProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A streams app or a request API, which keeps its ports and its directories over restarts. */
final class SluiceMember implements Victim, AutoCloseable {
    private static final Pattern PARTITIONS = Pattern.compile("streams app has partitions \\[([0-9, ]*)]");

    private static final Pattern PROCESS_ID = Pattern.compile("\"processId\":\"([^\"]+)\"");

    private final String name;
    private final Path home;
    private final Path logFile;
    private final Map<String, String> environment;
    private final List<String> arguments;
    private Map<String, String> added = Map.of();
    private Path launcherRoot;
    private SluiceProcess process;

    /**
     * A member.
     *
     * @param home where it keeps what it keeps
     * @param launcherRoot the directory with the launcher that starts it
     */
    SluiceMember(String name, Path home, Path launcherRoot, Map<String, String> environment, List<String> arguments) {
        this.name = name;
        this.home = home;
        this.logFile = home.resolveSibling(name + ".log");
        this.launcherRoot = launcherRoot;
        this.environment = environment;
        this.arguments = arguments;
    }

    @Override
    public String name() {
        return name;
    }

    /** The directory of its state. */
    Path home() {
        return home;
    }

    /** Has its next start use the build in another directory. */
    void upgrade(Path root) {
        launcherRoot = root;
    }

    /** What its next start finds in its environment beside the usual, such as another clock. */
    void environment(Map<String, String> more) {
        added = Map.copyOf(more);
    }

    @Override
    public void start() throws IOException {
        if (process == null || !process.isAlive()) {
            keepLog();
            Map<String, String> all = new HashMap<>(environment);
            all.putAll(added);
            process = SluiceProcess.start(launcherRoot, all, arguments);
        }
    }

    /** Whether a transactional ID is that of a streams app with this one's state: it contains the ID of the process. */
    boolean owns(String transactionalId) {
        Path metadata = home.resolve("sluice").resolve("kafka-streams-process-metadata");
        try {
            Matcher matcher = PROCESS_ID.matcher(Files.readString(metadata));
            return matcher.find() && transactionalId.contains(matcher.group(1));
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A second process like this one, but with a port of its own, beside it. */
    SluiceProcess twin() throws IOException {
        List<String> same = arguments.stream()
                .map(argument -> argument.startsWith("--admin-port=") ? "--admin-port=0" : argument)
                .toList();
        return SluiceProcess.start(launcherRoot, environment, same);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    List<String> lines() {
        return process.lines();
    }

    /** The request partitions that a streams app has, as it says itself. */
    Set<Integer> partitions() {
        Set<Integer> last = new TreeSet<>();
        for (String line : process.lines()) {
            Matcher matcher = PARTITIONS.matcher(line);
            if (matcher.find()) {
                last.clear();
                for (String number : matcher.group(1).split(", *", 0)) {
                    if (!number.isEmpty()) {
                        last.add(Integer.parseInt(number));
                    }
                }
            }
        }
        return last;
    }

    @Override
    public void kill() throws InterruptedException {
        process.kill();
    }

    @Override
    public void stop() throws InterruptedException {
        if (!process.stop()) {
            kill();
        }
    }

    @Override
    public void pause() throws IOException, InterruptedException {
        process.pause();
    }

    @Override
    public void resume() throws IOException, InterruptedException {
        process.resume();
    }

    /** For whoever looks at a failed round. */
    private void keepLog() {
        if (process == null) {
            return;
        }
        try {
            Files.write(logFile, process.lines(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
            keepLog();
        }
    }
}
