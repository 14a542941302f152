package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which Java the launcher takes, with one installed that is newer than any. */
final class LauncherIT {
    private static final String NEWEST = "the newest Java: ";
    private static final Pattern JAR = Pattern.compile("cli/target/sluice-cli-\\S+\\.jar");

    @TempDir
    private Path home;

    @BeforeEach
    void install() throws IOException {
        Path jdk = Files.createDirectories(home.resolve(".sdkman/candidates/java/999"));
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"999.0.1\"\n");
        Path java = Files.createDirectories(jdk.resolve("bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\necho \"" + NEWEST + "$*\"\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
    }

    @Test
    void shouldTakeTheNewest_whenAServerIsStarted() throws Exception {
        // When
        SluiceProcess.Ended server = run("", "dev", "--help");
        SluiceProcess.Ended command = run("", "rules", "--help");

        // Then
        assertThat(server.lines())
                .singleElement()
                .asString()
                .startsWith(NEWEST)
                .contains("-XX:+UseCompactObjectHeaders", "-XX:+ExitOnOutOfMemoryError");
        assertThat(command.lines()).noneMatch(line -> line.startsWith(NEWEST)).anyMatch(line -> line.contains("Usage"));
    }

    @Test
    void shouldTakeTheOneThatIsNamed_whenJavaHomeIsSet() throws Exception {
        // When
        SluiceProcess.Ended server = run(System.getProperty("java.home"), "dev", "--help");

        // Then
        assertThat(server.exitCode()).isZero();
        assertThat(server.lines()).noneMatch(line -> line.startsWith(NEWEST)).anyMatch(line -> line.contains("Usage"));
    }

    @Test
    void shouldStart_whenThereIsNoHome() throws Exception {
        // When
        Process server = new ProcessBuilder("env", "-u", "HOME", "-u", "JAVA_HOME", "../sluice", "dev", "--help")
                .redirectErrorStream(true)
                .start();
        String output = new String(server.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        // Then
        assertThat(server.waitFor()).as(output).isZero();
        assertThat(output).contains("Usage");
    }

    @ParameterizedTest
    @CsvSource({"1000,true", "-1000,false"})
    void shouldUseWhatWasTrained_whenItIsOfThisBuild(long millisAfterTheBuild, boolean used) throws Exception {
        // Given
        Path tree = launcherInATree();
        Files.createDirectories(tree.resolve("cli/target/lib"));
        Path built = Files.createFile(tree.resolve(jarOf(tree)));
        Path trained = Files.createFile(tree.resolve("cli/target/sluice.aot"));
        long builtMillis = Files.getLastModifiedTime(built).toMillis();
        Files.setLastModifiedTime(trained, FileTime.fromMillis(builtMillis + millisAfterTheBuild));

        // When
        String output = outputOf(tree, Map.of());

        // Then
        assertThat(output).startsWith(NEWEST);
        assertThat(output.contains("-XX:AOTCache=" + trained.toRealPath()))
                .as(output)
                .isEqualTo(used);
    }

    @ParameterizedTest
    @CsvSource({"on,true", "off,false"})
    void shouldTrain_whenItHasBuilt(String training, boolean trained) throws Exception {
        // Given: nothing is built, and a Maven that only pretends
        Path tree = launcherInATree();
        Path maven = Files.createDirectories(home.resolve("maven")).resolve("mvn");
        Files.writeString(maven, "#!/bin/sh\nmkdir -p cli/target/lib\ntouch " + jarOf(tree) + "\n");
        assertThat(maven.toFile().setExecutable(true)).isTrue();
        Map<String, String> environment = Map.of(
                "PATH", maven.getParent() + File.pathSeparator + System.getenv("PATH"), "SLUICE_TRAINING", training);

        // When
        String first = outputOf(tree, environment);
        String second = outputOf(tree, environment);

        // Then
        String run = "TrainingRun.java 20 " + tree.toRealPath().resolve("sluice") + " "
                + tree.toRealPath().resolve("cli/target/sluice.aot");
        assertThat(first.contains(run)).as(first).isEqualTo(trained);
        assertThat(first.lines().toList()).last().asString().startsWith(NEWEST).endsWith("Sluice dev");
        assertThat(second.lines()).singleElement().asString().startsWith(NEWEST).endsWith("Sluice dev");
    }

    @Test
    void shouldKeepTheDeploymentOut_whenItTrains() throws Exception {
        // Given: a launcher that writes down what it was started with, and is ready where nobody listens
        Path seen = home.resolve("seen");
        Path launcher = home.resolve("launcher");
        Files.writeString(
                launcher,
                "#!/bin/sh\nenv > " + seen + "\ntouch " + home.resolve("cache")
                        + "\necho 'sluice ready: http http://127.0.0.1:1  admin'\n");
        assertThat(launcher.toFile().setExecutable(true)).isTrue();
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        "target/lib/*",
                        "../deploy/image/TrainingRun.java",
                        "0",
                        launcher.toString(),
                        home.resolve("cache").toString())
                .redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of(
                        "SLUICE_WEBHOOK_URL", "https://alerts.example",
                        "SLUICE_JAVA_OPTS", "-Dkept=yes",
                        "OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector.example"));

        // When
        Process training = builder.start();
        String output = new String(training.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        // Then
        assertThat(training.waitFor()).isNotZero();
        assertThat(output).contains("answers: 0 (expected: some");
        assertThat(Files.readAllLines(seen))
                .noneMatch(line -> line.startsWith("OTEL_") || line.startsWith("SLUICE_WEBHOOK"))
                .anyMatch(line -> line.startsWith("SLUICE_JAVA_OPTS=-Dkept=yes -XX:AOTCacheOutput="));
    }

    /** The launcher in a tree of its own. */
    private Path launcherInATree() throws IOException {
        Path tree = Files.createDirectories(home.resolve("tree"));
        Path sources = Path.of("..").toAbsolutePath().normalize();
        Files.copy(sources.resolve("sluice"), tree.resolve("sluice"), StandardCopyOption.COPY_ATTRIBUTES);
        Path functions = Path.of("cli/src/main/sh/newest-jdk.sh");
        Files.createDirectories(tree.resolve(functions).getParent());
        Files.copy(sources.resolve(functions), tree.resolve(functions));
        return tree;
    }

    /** The jar that it runs. */
    private static String jarOf(Path tree) throws IOException {
        Matcher jar = JAR.matcher(Files.readString(tree.resolve("sluice")));
        assertThat(jar.find()).isTrue();
        return jar.group();
    }

    /** What {@code sluice dev} prints there; the newest Java ends at once. */
    private String outputOf(Path tree, Map<String, String> environment) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(tree.resolve("sluice").toString(), "dev").redirectErrorStream(true);
        builder.environment().put("HOME", home.toString());
        builder.environment().remove("JAVA_HOME");
        builder.environment().putAll(environment);
        Process server = builder.start();
        String output = new String(server.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(server.waitFor()).as(output).isZero();
        return output;
    }

    private SluiceProcess.Ended run(String javaHome, String... arguments) throws Exception {
        return SluiceProcess.run(Map.of("HOME", home.toString(), "JAVA_HOME", javaHome), arguments);
    }
}
