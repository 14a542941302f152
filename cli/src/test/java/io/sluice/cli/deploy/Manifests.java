package io.sluice.cli.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The manifests of {@code k8s/} as kubectl would send them. */
final class Manifests {
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final long COMMAND_SECONDS = 60;

    private final String text;
    private final List<Map<String, Object>> resources;

    private Manifests(String text) {
        this.text = text;
        this.resources = parse(text);
    }

    /** Renders a directory below {@code k8s/}; the test is skipped where neither tool is installed. */
    static Manifests render(Path kustomization) throws Exception {
        List<String> command = new ArrayList<>(renderer());
        command.add(kustomization.toString());
        return new Manifests(run(command));
    }

    private static List<String> renderer() {
        if (isInstalled("kustomize")) {
            return List.of("kustomize", "build");
        }
        Assumptions.assumeTrue(isInstalled("kubectl"), "kustomize is not installed, nor is kubectl");
        return List.of("kubectl", "kustomize");
    }

    static boolean isInstalled(String command) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, command)));
    }

    /** Runs a command; returns its output, or fails with it. */
    static String run(List<String> command) throws Exception {
        Path output = Files.createTempFile("sluice-manifests", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(ROOT.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " does not end");
            }
            String text = Files.readString(output);
            if (process.exitValue() != 0) {
                throw new AssertionError(command + " ended with " + process.exitValue() + ":\n" + text);
            }
            return text;
        } finally {
            Files.delete(output);
        }
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> parse(String text) {
        List<Map<String, Object>> resources = new ArrayList<>();
        new Load(LoadSettings.builder().build())
                .loadAllFromString(text)
                .forEach(resource -> resources.add((Map<String, Object>) resource));
        return resources;
    }

    static String read(String path) {
        try {
            return Files.readString(ROOT.resolve(path), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(path, e);
        }
    }

    String text() {
        return text;
    }

    List<Map<String, Object>> resources() {
        return resources;
    }

    List<Map<String, Object>> ofKind(String kind) {
        return resources.stream()
                .filter(resource -> kind.equals(resource.get("kind")))
                .toList();
    }

    static String name(Map<String, Object> resource) {
        return (String) at(resource, "metadata", "name");
    }

    /** What lies at a path of keys and indexes; null if something on the way is not there. */
    static Object at(Object tree, Object... path) {
        Object current = tree;
        for (Object step : path) {
            if (current instanceof Map<?, ?> map) {
                current = map.get(step);
            } else if (current instanceof List<?> list && step instanceof Integer index && index < list.size()) {
                current = list.get(index);
            } else {
                return null;
            }
        }
        return current;
    }

    /** A list at a path; empty if there is none. */
    @SuppressWarnings("unchecked")
    static <T> List<T> list(Object tree, Object... path) {
        Object found = at(tree, path);
        return found == null ? List.of() : (List<T>) found;
    }

    /** Everything that runs pods. */
    List<Map<String, Object>> workloads() {
        return Stream.of("StatefulSet", "Deployment")
                .flatMap(kind -> ofKind(kind).stream())
                .toList();
    }
}
