package io.sluice.perf.process;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The project on this machine: where the launcher and the built classes are.
 *
 * @param root holds the launcher
 */
public record Project(Path root) {
    private static final long GIT_SECONDS = 10;
    /** Class data archives belong to the class path that they were made for. */
    private static final List<String> CLASS_ARCHIVES =
            List.of("-Xshare", "-XX:SharedArchiveFile", "-XX:AOT", "-XX:ArchiveClassesAtExit");

    /** The project that contains the working directory. */
    public static Project found() {
        Path directory = Path.of("").toAbsolutePath();
        while (directory != null && !Files.isExecutable(directory.resolve("sluice"))) {
            directory = directory.getParent();
        }
        if (directory == null) {
            throw new IllegalStateException("no sluice launcher in or above the working directory");
        }
        return new Project(directory);
    }

    /** The product, as it ships. */
    public List<String> sluice(String... arguments) {
        List<String> command = new ArrayList<>(List.of(root.resolve("sluice").toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** The AOT cache that the launcher's servers start with, if there is one. */
    public Optional<Path> aotCache() {
        return Optional.of(root.resolve("cli").resolve("target").resolve("sluice.aot"))
                .filter(Files::isReadable);
    }

    /** A program of this module in a JVM of its own, under the same class path as this one. */
    public static List<String> program(String java, List<String> flags, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(java));
        flags.stream()
                .filter(flag -> CLASS_ARCHIVES.stream().noneMatch(flag::startsWith))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path", ""), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** The Java binary that runs this. */
    public static String ownJava() {
        return System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
    }

    public Path results() throws IOException {
        return Files.createDirectories(root.resolve("perf").resolve("results"));
    }

    /** What is made once and kept, such as programs that are built out of a registry. */
    public Path cache() throws IOException {
        return Files.createDirectories(root.resolve("perf").resolve("cache"));
    }

    /** The revision that is checked out, {@code -dirty} if files differ from it. */
    public String revision() throws IOException, InterruptedException {
        Process git = new ProcessBuilder("git", "-C", root.toString(), "describe", "--always", "--dirty", "--abbrev=12")
                .redirectErrorStream(true)
                .start();
        String text = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return git.waitFor(GIT_SECONDS, TimeUnit.SECONDS) && git.exitValue() == 0 ? text : "unknown";
    }
}
