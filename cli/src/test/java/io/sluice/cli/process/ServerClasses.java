package io.sluice.cli.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/**
 * An archive of the classes that servers load, so that a server of a test starts for two thirds of the processor's time
 * (JVM option {@code SharedArchiveFile}). Whoever needs it first makes it: the JVM writes it when a server stops.
 */
public final class ServerClasses {
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final Path ARCHIVE = TARGET.resolve("server-classes.jsa");
    private static final Path JAR = TARGET.resolve("sluice-cli-0.2.0.jar");
    /** What {@code ./dev train} leaves; the launcher starts servers with it, and a JVM takes only one of the two. */
    private static final Path TRAINED = TARGET.resolve("sluice.aot");

    private static final String REQUEST = "{\"clientId\":\"acme/alice\"}";

    private ServerClasses() {}

    /** JVM options for a server; a JVM or a build that the archive does not fit starts without it, and says nothing. */
    public static String options() {
        try {
            if (isNewerThanJar(TRAINED)) {
                return "-Xlog:disable";
            }
            makeIfMissing();
        } catch (IOException e) {
            throw new UncheckedIOException("the archive of classes", e);
        }
        return "-XX:SharedArchiveFile=" + ARCHIVE + " -Xlog:disable";
    }

    private static void makeIfMissing() throws IOException {
        try (FileChannel channel = FileChannel.open(
                        TARGET.resolve("server-classes.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                // Tests run in several JVMs.
                FileLock lock = channel.lock()) {
            if (lock.isValid() && !isNewerThanJar(ARCHIVE)) {
                make();
            }
        }
    }

    private static boolean isNewerThanJar(Path archive) throws IOException {
        return Files.exists(archive)
                && Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(JAR)) > 0;
    }

    private static void make() throws IOException {
        Path unfinished = TARGET.resolve("server-classes.unfinished");
        Files.deleteIfExists(unfinished);
        List<String> command =
                List.of("dev", "--ephemeral", "--http-port", "0", "--admin-port", "0", "--kafka-port", "0");
        String options = "-XX:TieredStopAtLevel=1 -Xlog:disable -XX:ArchiveClassesAtExit=" + unfinished;
        try (SluiceProcess server = SluiceProcess.start(Map.of("SLUICE_JAVA_OPTS", options), command)) {
            String url = server.awaitLine(DevProcess.READY).group(1);
            new HttpCaller().postAll(url + "/v1/admissions", List.of(REQUEST));
            if (!server.stop()) {
                throw new IOException("the server that writes the archive does not stop");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        Files.move(unfinished, ARCHIVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
