package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** The example of a Java service, started the way that its README says. */
final class OrdersProcess implements AutoCloseable {
    private static final Path EXAMPLE =
            Path.of("..", "examples", "java-service").toAbsolutePath().normalize();
    private static final Pattern READY = Pattern.compile("orders ready: (\\S+)");
    private static final Duration READY_WITHIN = Duration.ofMinutes(3);

    private final Process process;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final String url;

    private OrdersProcess(Process process) {
        this.process = process;
        Thread reader = new Thread(this::readLines, "output of " + process.pid());
        reader.setDaemon(true);
        reader.start();
        Awaitility.await()
                .atMost(READY_WITHIN)
                .until(() -> !process.isAlive()
                        || lines.stream().anyMatch(line -> READY.matcher(line).find()));
        this.url = lines.stream()
                .map(READY::matcher)
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1))
                .findFirst()
                .orElseThrow(() -> new AssertionError("not ready:\n" + String.join("\n", lines)));
    }

    /** Starts it on any port, in front of this Sluice. */
    static OrdersProcess ready(String sluiceUrl) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(EXAMPLE.resolve("run").toString()).redirectErrorStream(true);
        builder.environment().put("SLUICE_URL", sluiceUrl);
        builder.environment().put("PORT", "0");
        // A busy machine may need longer than a service would wait.
        builder.environment().put("ORDERS_DEADLINE_MILLIS", "5000");
        builder.environment().put("JAVA_OPTS", "-XX:TieredStopAtLevel=1");
        return new OrdersProcess(builder.start());
    }

    private void readLines() {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            output.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException e) {
            lines.add("(the output ended: " + e.getMessage() + ")");
        }
    }

    /** What the block of its README prints that is marked with the name. */
    String run(String name) throws IOException, InterruptedException {
        String readme = Files.readString(EXAMPLE.resolve("README.md"));
        Matcher block = Pattern.compile("<!-- tested: " + name + " -->\n```sh\n(.*?)```", Pattern.DOTALL)
                .matcher(readme);
        assertThat(block.find()).as("block " + name).isTrue();
        Process shell = new ProcessBuilder("bash", "-c", block.group(1).replace("http://127.0.0.1:8090", url))
                .redirectErrorStream(true)
                .start();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).as(output).isZero();
        return output;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
