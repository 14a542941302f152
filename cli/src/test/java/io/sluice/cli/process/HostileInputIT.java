package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A hundred thousand hostile inputs over HTTP, on both ports of a {@code sluice dev}: none is answered as if it were
 * the server's fault, none leaves a line in the log, and nobody else notices.
 */
@Tag("long")
final class HostileInputIT {
    private static final int INPUTS = Integer.getInteger("sluice.hostile.inputs", 100_000);
    private static final int CALLERS = 8;
    private static final int ADMIN_EVERY = 4;
    private static final int ANSWER_MILLIS_MAX = 20_000;
    private static final int SAMPLE_CHARS = 400;
    /** For what happens once, whatever is sent. */
    private static final int LINES_MAX = 3;

    private static final int LINES_SHOWN = 40;

    private static final int THREADS_MORE_MAX = 64;
    private static final long RESIDENT_MORE_MAX = 768L << 20;
    private static final long HEAP_MORE_MAX = 128L << 20;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3}) ");
    private static final String BYSTANDER = "bystander/calm";
    private static final String RULES = """
        limits:
          - {id: per-client, scope: client, rate: {tokens: 1, per: 24h}, burst: 20}
        """;

    @TempDir
    private Path directory;

    private final HttpCaller caller = new HttpCaller();
    private final Map<String, AtomicInteger> counts = new ConcurrentSkipListMap<>();
    private final Map<String, String> failures = new ConcurrentSkipListMap<>();

    @Test
    void shouldHurtNobody_whateverIsSent() throws Exception {
        // Given
        long seed = Long.getLong("sluice.hostile.seed", System.nanoTime());
        System.out.println("hostile inputs: -Dsluice.hostile.seed=" + seed);
        Path rules = Files.writeString(directory.resolve("rules.yaml"), RULES);
        try (DevProcess dev = DevProcess.ready(
                directory.resolve("data"), "--rules", rules.toString(), "--trusted-proxies", "127.0.0.1")) {
            send(dev, seed - 1, INPUTS / 10);
            counts.clear();
            failures.clear();
            assertThat(bystander(dev, 3)).contains("\"verdict\":\"allow\"");
            Footprint before = Footprint.of(dev);
            int linesBefore = dev.lines().size();

            // When
            send(dev, seed, INPUTS);

            // Then
            counts.forEach((kind, count) -> System.out.println(kind + ": " + count));
            failures.forEach((kind, sample) -> System.out.println("FAILED " + kind + "\n" + sample));
            Footprint after = Footprint.of(dev);
            System.out.println(before + " -> " + after);
            assertQuiet(dev.lines().subList(linesBefore, dev.lines().size()));
            assertThat(bystander(dev, 0)).contains("\"remaining\":17");
            assertThat(caller.get(dev.httpUrl() + "/readyz").status()).isEqualTo(200);
            assertThat(caller.get(dev.adminUrl() + "/readyz").status()).isEqualTo(200);
            assertThat(after.threads()).isLessThan(before.threads() + THREADS_MORE_MAX);
            assertThat(after.streamThreads()).isEqualTo(before.streamThreads());
            assertThat(after.residentBytes()).isLessThan(before.residentBytes() + RESIDENT_MORE_MAX);
            assertThat(after.heapBytes()).isLessThan(before.heapBytes() + HEAP_MORE_MAX);
            assertThat(failures).as("seed " + seed).isEmpty();
        }
    }

    private static void assertQuiet(List<String> lines) {
        // Without times and frames, each once.
        String shown = lines.stream()
                .filter(line -> !line.startsWith("\t"))
                .map(line -> line.replaceFirst("^\\S+Z ", ""))
                .distinct()
                .limit(LINES_SHOWN)
                .collect(Collectors.joining("\n"));
        assertThat(lines.size()).as("lines logged:\n" + shown).isLessThanOrEqualTo(LINES_MAX);
    }

    /** What somebody is answered who has nothing to do with it. */
    private String bystander(DevProcess dev, int cost) {
        HttpCaller.Call call = caller.postAll(
                        dev.httpUrl() + "/v1/admissions",
                        List.of("{\"clientId\":\"" + BYSTANDER + "\",\"cost\":" + cost + ",\"exact\":true}"))
                .get(0);
        assertThat(call.status()).as(call.body()).isEqualTo(200);
        return call.body();
    }

    private void send(DevProcess dev, long seed, int inputs) throws Exception {
        SplittableRandom seeds = new SplittableRandom(seed);
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        List<Future<?>> sent = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            HostileRequests requests = new HostileRequests(seeds.nextLong());
            sent.add(callers.submit(() -> {
                for (int k = 0; k < inputs / CALLERS; k++) {
                    URI port = URI.create(k % ADMIN_EVERY == 0 ? dev.adminUrl() : dev.httpUrl());
                    send(port.getPort(), requests.next());
                }
                return null;
            }));
        }
        while (!sent.stream().allMatch(Future::isDone)) {
            assertThat(bystander(dev, 0)).contains("\"verdict\":\"allow\"");
            Thread.sleep(200);
        }
        callers.shutdown();
        for (Future<?> future : sent) {
            future.get();
        }
    }

    private void send(int port, HostileRequests.Input input) throws IOException {
        String answers = "";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(ANSWER_MILLIS_MAX);
            // The end is a reset, so that ports are free again at once.
            socket.setSoLinger(true, 0);
            try {
                socket.getOutputStream().write(input.bytes());
                socket.getOutputStream().flush();
                if (input.isCut()) {
                    count(input, "cut");
                    return;
                }
                socket.shutdownOutput();
            } catch (IOException e) {
                // The server has had enough; its answer may be there.
                count(input, "refused while sent");
            }
            answers = readAll(socket.getInputStream());
        } catch (SocketTimeoutException e) {
            fail(input, "no answer and no end in " + ANSWER_MILLIS_MAX + " ms", answers);
            return;
        }
        evaluate(input, answers);
    }

    private static String readAll(InputStream in) throws IOException {
        try {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            return "";
        }
    }

    private void evaluate(HostileRequests.Input input, String answers) {
        Matcher status = STATUS.matcher(answers);
        boolean found = false;
        while (status.find()) {
            found = true;
            int code = Integer.parseInt(status.group(1));
            count(input, status.group(1));
            // What it says of a version is right, also where what stands in its place is none.
            boolean isVersion = code == 505;
            boolean isBusy = code == 503 && answers.contains("temporary-reduced-capacity");
            if (code >= 500 && !isVersion && !isBusy) {
                fail(input, Integer.toString(code), answers);
            }
        }
        if (!found) {
            count(input, "closed");
        }
    }

    private void count(HostileRequests.Input input, String outcome) {
        counts.computeIfAbsent(input.kind() + ": " + outcome, name -> new AtomicInteger())
                .incrementAndGet();
    }

    private void fail(HostileRequests.Input input, String outcome, String answers) {
        failures.putIfAbsent(
                input.kind() + ": " + outcome,
                shown(new String(input.bytes(), StandardCharsets.ISO_8859_1)) + "\n-> " + shown(answers));
    }

    private static String shown(String text) {
        String visible = text.replace("\r", "\\r").replace("\n", "\\n").replaceAll("[^\\x20-\\x7e]", "?");
        return visible.substring(0, Math.min(SAMPLE_CHARS, visible.length()));
    }

    /** What a process takes of the machine. */
    private record Footprint(long residentBytes, long heapBytes, int threads, int streamThreads) {
        private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
        private static final Pattern THREADS = Pattern.compile("Threads:\\s+(\\d+)");
        private static final Pattern HEAP = Pattern.compile("jvm_memory_used_bytes\\{area=\"heap\"[^}]*} ([0-9.E]+)");

        static Footprint of(DevProcess dev) throws Exception {
            String status = Files.readString(Path.of("/proc/" + dev.pid() + "/status"));
            run("jcmd", Long.toString(dev.pid()), "GC.run");
            Matcher heap = HEAP.matcher(
                    new HttpCaller().get(dev.adminUrl() + "/metrics").body());
            double heapBytes = 0;
            while (heap.find()) {
                heapBytes += Double.parseDouble(heap.group(1));
            }
            String stacks = run("jcmd", Long.toString(dev.pid()), "Thread.print");
            return new Footprint(
                    1_024L * number(RESIDENT, status),
                    (long) heapBytes,
                    (int) number(THREADS, status),
                    stacks.split("-StreamThread-\\d+\" ", -1).length - 1);
        }

        private static long number(Pattern pattern, String text) {
            Matcher number = pattern.matcher(text);
            assertThat(number.find()).as(pattern.pattern()).isTrue();
            return Long.parseLong(number.group(1));
        }

        private static String run(String... command) throws Exception {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
            return output;
        }
    }
}
