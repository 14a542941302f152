package io.sluice.perf.process;

import io.sluice.perf.Await;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process that serves until it gets a signal to stop. It prints a line on standard output when it is ready, and
 * answers line by line if it takes commands; its standard error goes to a file.
 */
public final class ServerProcess implements AutoCloseable {
    private static final Duration STOP_WITHIN = Duration.ofSeconds(30);
    private static final Duration READY_WITHIN = Duration.ofSeconds(120);
    private static final long KIB = 1_024;
    private static final int COMPLAINTS_SHOWN_CHARS = 2_000;
    private static final String END = "(end of output)";

    private final String name;
    private final Process process;
    private final Path complaints;
    private final BufferedWriter input;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Thread killer;

    private ServerProcess(String name, Process process, Path complaints) {
        this.name = name;
        this.process = process;
        this.complaints = complaints;
        this.input = process.outputWriter(StandardCharsets.UTF_8);
        this.killer = new Thread(process::destroyForcibly, "perf-kill-" + name);
        Runtime.getRuntime().addShutdownHook(killer);
        Thread reader = new Thread(this::readLines, "perf-output-of-" + name);
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts the process; {@link #awaitLine} waits until it is ready.
     *
     * @param name its name in error messages
     */
    public static ServerProcess start(String name, List<String> command) throws IOException {
        return start(name, command, Map.of());
    }

    /** The same, with these variables in its environment beside our own. */
    static ServerProcess start(String name, List<String> command, Map<String, String> environment) throws IOException {
        Path complaints = Files.createTempFile("sluice-perf-" + name + "-", ".err");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(complaints.toFile());
        builder.environment().putAll(environment);
        return new ServerProcess(name, builder.start(), complaints);
    }

    private void readLines() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            String line = reader.readLine();
            while (line != null) {
                lines.add(line);
                line = reader.readLine();
            }
        } catch (IOException e) {
            lines.add("(output cannot be read: " + e.getMessage() + ")");
        }
        lines.add(END);
    }

    public long pid() {
        return process.pid();
    }

    /** Memory of the process that is in use, as the kernel reports it. */
    public long residentBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * KIB)
                .findFirst()
                .orElseThrow(() -> new IOException("/proc/" + pid() + "/status: no VmRSS"));
    }

    /** Processor time that it has used, as the kernel reports it. */
    public long cpuNanos() {
        return process.info()
                .totalCpuDuration()
                .orElseThrow(() -> new IllegalStateException(name + ": its processor time is not to be seen"))
                .toNanos();
    }

    /** The Java binary that runs it. */
    public String java() {
        return process.info()
                .command()
                .orElseThrow(() -> new IllegalStateException(name + ": its command is not to be seen"));
    }

    /** Waits for the line that begins so, and skips others. */
    public String awaitLine(String start) throws InterruptedException, IOException {
        return awaitLine(start + "...", line -> line.startsWith(start));
    }

    /** Waits for a line like this, and skips others. */
    public String awaitLine(String what, Predicate<String> like) throws InterruptedException, IOException {
        long deadlineNanos = System.nanoTime() + READY_WITHIN.toNanos();
        while (true) {
            String line = lines.poll(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (line == null || line.equals(END)) {
                String problem = line == null ? "not within " + READY_WITHIN.toSeconds() + " s" : "the process ended";
                throw new IllegalStateException(
                        name + ": " + problem + " (expected: \"" + what + "\")\n" + complaints());
            }
            if (like.test(line)) {
                return line;
            }
        }
    }

    /**
     * Waits for the line with its ports, and until its probe says that it is ready; returns the line, matched.
     *
     * @param started has a group {@code admin}, the address of the admin port
     */
    Matcher awaitReady(String start, Pattern started) throws InterruptedException, IOException {
        Matcher line = started.matcher(awaitLine(start));
        if (!line.find()) {
            throw new IllegalStateException(start + " tells its ports in another way (expected: " + started + ")");
        }
        URI probe = URI.create(line.group("admin") + "/readyz");
        Await.until(start + " is ready", () -> isReady(probe));
        return line;
    }

    /** Sends a command and waits for its {@code ok}; returns what follows it. */
    public String command(String text) throws IOException, InterruptedException {
        input.write(text + "\n");
        input.flush();
        return awaitLine("ok").substring(2).strip();
    }

    private String complaints() throws IOException {
        String text = Files.readString(complaints);
        return text.substring(Math.max(0, text.length() - COMPLAINTS_SHOWN_CHARS));
    }

    /** Whether the server at this probe says that it is ready. */
    public static boolean isReady(URI probe) {
        try {
            HttpURLConnection connection = (HttpURLConnection) probe.toURL().openConnection();
            try {
                return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            // Its port is not open yet.
            return false;
        }
    }

    /** Ends it with SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Sends it a signal by name. */
    void signal(String name) throws IOException, InterruptedException {
        if (new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor() != 0) {
            throw new IOException("kill -" + name + " " + pid() + " failed");
        }
    }

    /** Ends it as an operator would, with SIGTERM. */
    @Override
    public void close() throws IOException {
        try {
            process.destroy();
            if (!process.waitFor(STOP_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException(name + ": not stopped within " + STOP_WITHIN.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
            Runtime.getRuntime().removeShutdownHook(killer);
            Files.deleteIfExists(complaints);
        }
    }
}
