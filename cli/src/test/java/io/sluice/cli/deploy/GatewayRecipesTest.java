package io.sluice.cli.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The recipes of docs/GATEWAYS.md are the files that tests start. */
final class GatewayRecipesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    @Test
    void shouldShowEveryFile_asItIs() throws Exception {
        // Given
        String page = Files.readString(ROOT.resolve("docs/GATEWAYS.md"));
        List<Path> files;
        try (Stream<Path> found = Files.walk(ROOT.resolve("examples/gateways"))) {
            files = found.filter(Files::isRegularFile)
                    // Other pages have those.
                    .filter(file -> !file.getParent().getFileName().toString().startsWith("envoy"))
                    .toList();
        }

        // Then
        assertThat(files).hasSizeGreaterThanOrEqualTo(7);
        for (Path file : files) {
            String link = "](../" + ROOT.relativize(file) + ")";
            assertThat(page).as(link).contains(link);
            assertThat(page)
                    .as(file.toString())
                    .contains("\n" + Files.readString(file).strip() + "\n```\n");
        }
    }

    /** These two gateways cannot be started here, so at least what they read is what we mean. */
    @Test
    void shouldBeYaml_whereTheGatewayReadsYaml() throws Exception {
        // When
        JsonNode traefik = YAML.readTree(
                ROOT.resolve("examples/gateways/traefik/dynamic.yaml").toFile());
        JsonNode apisix = YAML.readTree(
                ROOT.resolve("examples/gateways/apisix/apisix.yaml").toFile());

        // Then
        JsonNode auth = traefik.at("/http/middlewares/sluice/forwardAuth");
        assertThat(auth.path("address").asText()).endsWith("/v1/forward-auth");
        assertThat(auth.path("trustForwardHeader").asBoolean(true)).isFalse();
        assertThat(auth.path("authRequestHeaders").toString()).isEqualTo("[\"User-Agent\"]");
        JsonNode plugin = apisix.at("/routes/0/plugins/forward-auth");
        assertThat(plugin.path("uri").asText()).endsWith("/v1/forward-auth");
        assertThat(plugin.path("client_headers").toString()).contains("Retry-After", "RateLimit", "RateLimit-Policy");
    }
}
