package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The commands of a document, run by a shell against a cluster that may have other ports. They run in a directory of
 * their own, from which the repository looks as it does from its root.
 *
 * @param document its path from the root
 */
record DocumentBlock(String document, Path directory, DevProcess dev) implements AutoCloseable {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String LINK = "examples";

    static DocumentBlock of(String document, Path directory, DevProcess dev) throws IOException {
        Files.createSymbolicLink(directory.resolve(LINK), ROOT.resolve(LINK));
        return new DocumentBlock(document, directory, dev);
    }

    /** What the block prints that is marked with the name. */
    String run(String name) throws IOException, InterruptedException {
        String text = Files.readString(ROOT.resolve(document));
        Matcher block = Pattern.compile("<!-- tested: " + name + " -->\n```sh\n(.*?)```", Pattern.DOTALL)
                .matcher(text);
        assertThat(block.find()).as(document + " block " + name).isTrue();
        String script = block.group(1)
                .replace("http://127.0.0.1:8080", dev.httpUrl())
                .replace("http://127.0.0.1:8081", dev.adminUrl())
                .replace("127.0.0.1:9092", dev.bootstrapServers())
                .replace("./sluice ", ROOT.resolve("sluice") + " ");
        return bash(script);
    }

    /** What a script prints. */
    String bash(String script) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", "set -eo pipefail\n" + script)
                .directory(directory.toFile())
                .redirectErrorStream(true);
        builder.environment().putAll(Map.of("SLUICE_ADMIN_URL", dev.adminUrl(), "SLUICE_URL", dev.httpUrl()));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @Override
    public void close() throws IOException {
        Files.delete(directory.resolve(LINK));
    }
}
