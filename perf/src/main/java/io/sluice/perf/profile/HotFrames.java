package io.sluice.perf.profile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/**
 * The top frames of a recording: where samples of the processor were taken, which of our methods lay above them, which
 * threads ran, and which frames allocated.
 */
public final class HotFrames {
    private static final int SHOWN = 15;
    private static final String OWN = "io.sluice.";

    private final Map<String, Double> self = new HashMap<>();
    private final Map<String, Double> own = new HashMap<>();
    private final Map<String, Double> threads = new HashMap<>();
    private final Map<String, Double> allocated = new HashMap<>();

    private HotFrames() {}

    public static HotFrames of(Path file) throws IOException {
        HotFrames frames = new HotFrames();
        try (RecordingFile recording = new RecordingFile(file)) {
            while (recording.hasMoreEvents()) {
                RecordedEvent event = recording.readEvent();
                switch (event.getEventType().getName()) {
                    case "jdk.ExecutionSample" -> frames.sample(event);
                    case "jdk.ObjectAllocationSample" -> frames.allocation(event);
                    default -> {
                        // The recording holds many events that are of no concern here.
                    }
                }
            }
        }
        return frames;
    }

    private void sample(RecordedEvent event) {
        RecordedStackTrace trace = event.getStackTrace();
        if (trace == null || trace.getFrames().isEmpty()) {
            return;
        }
        List<RecordedFrame> stack = trace.getFrames();
        self.merge(name(stack.get(0)), 1.0, Double::sum);
        threads.merge(thread(event), 1.0, Double::sum);
        Set<String> methods = new HashSet<>();
        stack.stream().map(HotFrames::name).filter(name -> name.startsWith(OWN)).forEach(methods::add);
        methods.forEach(method -> own.merge(method, 1.0, Double::sum));
    }

    private static String thread(RecordedEvent event) {
        var thread = event.getThread("sampledThread");
        String name = thread == null ? null : thread.getJavaName();
        return name == null
                ? "(a thread of the JVM)"
                : name.replaceAll("[0-9a-f-]{8,}", "*").replaceAll("[0-9]+", "#");
    }

    private void allocation(RecordedEvent event) {
        RecordedStackTrace trace = event.getStackTrace();
        if (trace == null || trace.getFrames().isEmpty()) {
            return;
        }
        // The frame that allocates is mostly the JDK's; the first of our frames below it caused the allocation.
        String method = trace.getFrames().stream()
                .map(HotFrames::name)
                .filter(name -> name.startsWith(OWN))
                .findFirst()
                .orElse(name(trace.getFrames().get(0)));
        allocated.merge(method, (double) event.getLong("weight"), Double::sum);
    }

    private static String name(RecordedFrame frame) {
        RecordedMethod method = frame.getMethod();
        return method.getType().getName() + "." + method.getName();
    }

    /** Tables of shares. */
    public String text() {
        double samples = sum(self);
        return table("processor, top frames", self, samples)
                + table("processor, our methods with what they call", own, samples)
                + table("processor, by thread", threads, samples)
                + table("allocation, by our method that asks for it", allocated, sum(allocated));
    }

    private static double sum(Map<String, Double> weights) {
        return weights.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    private static String table(String title, Map<String, Double> weights, double total) {
        return weights.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
                .limit(SHOWN)
                .map(entry ->
                        String.format(Locale.ROOT, "  %5.1f %%  %s", 100 * entry.getValue() / total, entry.getKey()))
                .collect(Collectors.joining("\n", title + "\n", "\n\n"));
    }
}
