package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.keys.TestKeys;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A {@code ./sluice} that runs as a process of its own, the way that its user starts it. */
public final class SluiceProcess implements AutoCloseable {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Duration LINE_WITHIN = Duration.ofMinutes(3);
    private static final Duration READY_WITHIN = Duration.ofMinutes(3);
    private static final Pattern REQUEST_API =
            Pattern.compile("sluice request-api: http (https?://\\S+)\\s+admin (https?://\\S+)");
    private static final Pattern STREAMS_APP = Pattern.compile("sluice streams-app: admin (https?://\\S+)");
    private static final Set<String> SERVERS = Set.of("dev", "streams-app", "request-api", "gateway");
    /** What operators are promised. */
    static final Duration STOP_PROMISED = Duration.ofSeconds(10);
    /** What a machine that others use may take. */
    private static final Duration STOP_WITHIN = Duration.ofMinutes(3);

    private final Process process;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Thread reader;

    private SluiceProcess(Process process) {
        this.process = process;
        this.reader = new Thread(this::readLines, "output of " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts {@code ./sluice} with these arguments, and with variables added to its environment. */
    static SluiceProcess start(Map<String, String> environment, List<String> arguments) throws IOException {
        return start(ROOT, environment, null, arguments);
    }

    /** The same with the launcher of another build, which is in another directory. */
    public static SluiceProcess start(Path root, Map<String, String> environment, List<String> arguments)
            throws IOException {
        return start(root, environment, null, arguments);
    }

    private static SluiceProcess start(Path root, Map<String, String> environment, Path input, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(root.resolve("sluice").toString()));
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(root.toFile()).redirectErrorStream(true);
        // What lives for seconds is sooner done with the first compiler alone.
        boolean server = !environment.containsKey("SLUICE_JAVA_OPTS")
                && !arguments.isEmpty()
                && SERVERS.contains(arguments.get(0));
        String archive = server ? ServerClasses.options() : "";
        builder.environment().put("SLUICE_JAVA_OPTS", "-XX:TieredStopAtLevel=1 " + archive);
        // Processes of tests are many, and only those that are about it have the one gRPC port.
        builder.environment().put("SLUICE_GRPC_PORT", "0");
        // Nor need the first calls be fast.
        builder.environment().put("SLUICE_WARM_UP_MILLIS_MAX", "0");
        builder.environment().putAll(environment);
        if (input != null) {
            builder.redirectInput(input.toFile());
        }
        return new SluiceProcess(builder.start());
    }

    /** What a role is reported a test's broker, which alone holds no second replica. */
    static Map<String, String> environment(String bootstrapServers, Path keys) {
        Map<String, String> environment = new HashMap<>(TestKeys.writeTo(keys));
        environment.put("SLUICE_BOOTSTRAP_SERVERS", bootstrapServers);
        environment.put("SLUICE_KAFKA_REPLICATION_FACTOR", "1");
        return environment;
    }

    /** What a command printed before it ended. */
    record Ended(int exitCode, List<String> lines) {
        /** What it printed, if it has succeeded. */
        List<String> ok() {
            assertThat(exitCode).as(text()).isZero();
            return lines;
        }

        /** It has failed, and said all of these. */
        void assertFailed(String... messages) {
            assertThat(exitCode).isEqualTo(1);
            assertThat(text()).contains(messages);
        }

        private String text() {
            return String.join("\n", lines);
        }
    }

    /** Runs {@code ./sluice} with arguments that make it end by itself. */
    static Ended run(String... arguments) throws IOException, InterruptedException {
        return run(Map.of(), arguments);
    }

    static Ended run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        return ended(start(environment, List.of(arguments)));
    }

    private static Ended ended(SluiceProcess process) throws IOException, InterruptedException {
        try (SluiceProcess started = process) {
            if (!started.process.waitFor(180, TimeUnit.SECONDS)) {
                throw new IOException("still running:\n" + started.output());
            }
            started.reader.join();
            return new Ended(started.process.exitValue(), List.copyOf(started.lines));
        }
    }

    /** Runs {@code ./sluice} with a file as its standard input. */
    static Ended run(Map<String, String> environment, Path input, String... arguments)
            throws IOException, InterruptedException {
        return ended(start(ROOT, environment, input, List.of(arguments)));
    }

    private void readLines() {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            output.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException e) {
            lines.add("(the output ended: " + e.getMessage() + ")");
        }
    }

    /** The first line that the pattern is found in, once it is printed. */
    MatchResult awaitLine(Pattern pattern) {
        return awaitLine(pattern, LINE_WITHIN);
    }

    /** The first line that the pattern is found in, once it is printed. */
    MatchResult awaitLine(Pattern pattern, Duration time) {
        try {
            return Awaitility.await()
                    .atMost(time)
                    .until(() -> firstMatch(pattern).or(this::failureIfEnded), Optional::isPresent)
                    .orElseThrow();
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("no line with " + pattern + " in:\n" + output(), e);
        }
    }

    /** Where a {@code request-api} listens. */
    record Ports(String httpUrl, String adminUrl) {}

    /** The ports of a {@code request-api}, once it listens; it may not be ready yet. */
    Ports awaitRequestApi() {
        MatchResult line = awaitLine(REQUEST_API);
        return new Ports(line.group(1), line.group(2));
    }

    /** The admin URL of a {@code streams-app}, once it decides. */
    String awaitStreamsApp() {
        return awaitStreamsApp(new HttpCaller());
    }

    /** The same for a caller that knows how to speak to it. */
    String awaitStreamsApp(HttpCaller caller) {
        String adminUrl = awaitLine(STREAMS_APP).group(1);
        Awaitility.await()
                .atMost(READY_WITHIN)
                .until(() -> caller.get(adminUrl + "/readyz").status() == 200);
        return adminUrl;
    }

    private Optional<MatchResult> firstMatch(Pattern pattern) {
        return lines.stream()
                .map(pattern::matcher)
                .filter(Matcher::find)
                .map(Matcher::toMatchResult)
                .findFirst();
    }

    private Optional<MatchResult> failureIfEnded() {
        if (!process.isAlive() && !reader.isAlive()) {
            throw new AssertionError("the process ended:\n" + output());
        }
        return Optional.empty();
    }

    /** Of the JVM: the launcher has become it. */
    long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Of a process that has ended. */
    public int exitCode() {
        return process.exitValue();
    }

    /** What was printed so far, standard error included. */
    public List<String> lines() {
        return List.copyOf(lines);
    }

    private String output() {
        return String.join("\n", lines);
    }

    /** The exit code of a process that ends by itself. */
    int awaitExit(Duration time) throws InterruptedException {
        assertThat(process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS))
                .as("ended:\n%s", output())
                .isTrue();
        reader.join(STOP_WITHIN.toMillis());
        return process.exitValue();
    }

    /** SIGKILL: no hook runs, nothing is flushed. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGSTOP: every thread stands still, and the clock goes on. */
    public void pause() throws IOException, InterruptedException {
        signal("-STOP");
    }

    /** SIGCONT. */
    public void resume() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
        if (kill.waitFor() != 0) {
            throw new IOException("kill " + signal + " " + process.pid() + " failed");
        }
    }

    /** SIGTERM; whether the process ended by itself. */
    public boolean stop() throws InterruptedException {
        return stopWithin(STOP_WITHIN);
    }

    /** SIGTERM; whether the process ended by itself in that time. */
    boolean stopWithin(Duration time) throws InterruptedException {
        // Process.destroy would close the output before it is read.
        process.toHandle().destroy();
        boolean ended = process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
        reader.join(STOP_WITHIN.toMillis());
        return ended;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
