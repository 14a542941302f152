package io.sluice.cli.dev;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A {@code ./sluice} that runs as a process of its own, the way that its user starts it. */
final class DevProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("sluice ready: http (\\S+)\\s+admin (\\S+)\\s+kafka (\\S+)");
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final long STOP_SECONDS = 10;

    private final Process process;
    private final BufferedReader output;
    private final List<String> lines = new ArrayList<>();
    private String httpUrl = "";
    private String adminUrl = "";
    private String bootstrapServers = "";

    private DevProcess(Process process) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts {@code ./sluice dev} on free ports and waits for its ready line. */
    static DevProcess ready(Path data, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(
                "dev", "--data", data.toString(), "--http-port", "0", "--admin-port", "0", "--kafka-port", "0"));
        all.addAll(List.of(arguments));
        DevProcess started = start(all);
        started.awaitReady();
        return started;
    }

    private static DevProcess start(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(ROOT.resolve("sluice").toString()));
        command.addAll(arguments);
        return new DevProcess(new ProcessBuilder(command)
                .directory(ROOT.toFile())
                .redirectErrorStream(true)
                .start());
    }

    /** What a command printed before it ended. */
    record Ended(int exitCode, List<String> lines) {}

    /** Runs {@code ./sluice} with arguments that make it end by itself. */
    static Ended run(String... arguments) throws IOException, InterruptedException, TimeoutException {
        try (DevProcess started = start(List.of(arguments))) {
            started.output.lines().forEach(started.lines::add);
            if (!started.process.waitFor(60, TimeUnit.SECONDS)) {
                throw new TimeoutException(String.join("\n", started.lines));
            }
            return new Ended(started.process.exitValue(), started.lines);
        }
    }

    private void awaitReady() throws IOException {
        String line = output.readLine();
        while (line != null) {
            lines.add(line);
            Matcher ready = READY.matcher(line);
            if (ready.find()) {
                httpUrl = ready.group(1);
                adminUrl = ready.group(2);
                bootstrapServers = ready.group(3);
                return;
            }
            line = output.readLine();
        }
        throw new IOException("sluice dev ended before it was ready:\n" + String.join("\n", lines));
    }

    String httpUrl() {
        return httpUrl;
    }

    String adminUrl() {
        return adminUrl;
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    /** SIGKILL: no hook runs, nothing is flushed. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM; whether the process ended within the ten seconds that are promised. */
    boolean stop() throws InterruptedException {
        process.destroy();
        return process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
