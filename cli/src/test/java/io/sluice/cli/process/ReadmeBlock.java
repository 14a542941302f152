package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The commands of the README's tour, run by a shell against a cluster that may have other ports. */
record ReadmeBlock(String httpUrl, String bootstrapServers) {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** What the block of the README prints that is marked with the name. */
    String run(String name) throws IOException, InterruptedException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        Matcher block = Pattern.compile("<!-- tested: " + name + " -->\n```sh\n(.*?)```", Pattern.DOTALL)
                .matcher(readme);
        assertThat(block.find()).as("README block " + name).isTrue();
        String script =
                block.group(1).replace("http://127.0.0.1:8080", httpUrl).replace("127.0.0.1:9092", bootstrapServers);
        Process process = new ProcessBuilder("bash", "-c", "set -o pipefail\n" + script)
                .directory(ROOT.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
