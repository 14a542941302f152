package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The commands of the README's tour, or of another document, run by a shell on a cluster that may have other ports. */
record ReadmeBlock(String document, String httpUrl, String bootstrapServers) {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** The commands of the README. */
    ReadmeBlock(String httpUrl, String bootstrapServers) {
        this("README.md", httpUrl, bootstrapServers);
    }

    /** What the block of the document prints that is marked with the name. */
    String run(String name) throws IOException, InterruptedException {
        return run(
                document,
                name,
                script -> script.replace("http://127.0.0.1:8080", httpUrl).replace("127.0.0.1:9092", bootstrapServers));
    }

    /** What the block of a page prints that is marked with the name, after a change of its ports. */
    static String run(String page, String name, UnaryOperator<String> ports) throws IOException, InterruptedException {
        Matcher block = Pattern.compile("<!-- tested: " + name + " -->\n```sh\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(ROOT.resolve(page)));
        assertThat(block.find()).as(page + " block " + name).isTrue();
        String script = ports.apply(block.group(1));
        Process process = new ProcessBuilder("bash", "-c", "set -o pipefail\n" + script)
                .directory(ROOT.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
