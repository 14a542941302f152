package io.sluice.schemas.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.schemas.topic.TopicSpec;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The descriptions are whole: they parse, every reference leads somewhere, and they name the topics that exist. */
final class ApiDescriptionTest {
    private static final String BASE = "/io/sluice/schemas/";
    // It reads JSON, too.
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    /** As a reader follows them: relative to the document that has them, through every document that they lead to. */
    @ParameterizedTest
    @ValueSource(strings = {"openapi.yaml", "openapi-admin.yaml", "asyncapi.yaml"})
    void shouldResolveEveryReference_whenParsed(String name) throws Exception {
        // Given
        Map<URI, JsonNode> documents = new HashMap<>();
        Deque<URI> open = new ArrayDeque<>(List.of(URI.create("/" + name)));
        int references = 0;

        while (!open.isEmpty()) {
            // When
            URI place = open.remove();
            for (String reference : document(documents, place).findValuesAsText("$ref")) {
                URI target = place.resolve(reference);
                URI other = URI.create(target.getPath());
                if (!documents.containsKey(other)) {
                    open.add(other);
                }

                // Then
                String pointer = target.getFragment() == null ? "" : target.getFragment();
                assertThat(document(documents, other).at(pointer).isObject())
                        .as(place + " " + reference)
                        .isTrue();
                references++;
            }
        }
        assertThat(references).isGreaterThan(100);
        assertThat(documents).hasSizeGreaterThan(1);
    }

    @Test
    void shouldListEverySchema_whenOpenApi() throws Exception {
        // Given
        List<String> files = new ArrayList<>();
        try (Stream<Path> schemas = Files.list(Path.of("src/main/resources" + BASE + "json-schema"))) {
            schemas.map(file -> file.getFileName().toString()).forEach(files::add);
        }

        for (String name : List.of("openapi.yaml", "openapi-admin.yaml")) {
            // When
            List<String> listed = new ArrayList<>();
            yaml(name)
                    .at("/paths/~1json-schema~1{name}/get/parameters/0/schema/enum")
                    .forEach(schema -> listed.add(schema.asText()));

            // Then
            assertThat(listed).as(name).containsExactlyInAnyOrderElementsOf(files);
        }
        for (String file : files) {
            assertThat(yaml("json-schema/" + file).path("$id").asText()).isEqualTo(file);
        }
    }

    @Test
    void shouldNameTheTopicsOfTheCatalogue_whenAsyncApi() throws Exception {
        // Given
        List<String> catalogue =
                TopicCatalogue.topics(1, 1).stream().map(TopicSpec::name).toList();

        // When
        List<String> addresses = yaml("asyncapi.yaml").path("channels").findValuesAsText("address");

        // Then
        assertThat(addresses).containsExactlyElementsOf(catalogue);
    }

    @Test
    void shouldDescribeEveryResource_whenOpenApi() throws Exception {
        // Given
        JsonNode document = yaml("openapi.yaml");
        List<String> paths = new ArrayList<>();

        // When
        document.path("paths").fieldNames().forEachRemaining(paths::add);

        // Then
        assertThat(document.path("openapi").asText()).isEqualTo("3.1.0");
        assertThat(paths)
                .containsExactly(
                        "/v1/admissions",
                        "/v1/admissions/batch",
                        "/v1/admissions/atomic",
                        "/v1/reservations",
                        "/v1/reservations/{id}/commit",
                        "/v1/reservations/{id}/cancel",
                        "/v1/admissions/{id}/release",
                        "/v1/challenges/{token}",
                        "/v1/clients/{clientId}/quota",
                        "/v1/accounts/{account}/decisions",
                        "/v1/forward-auth",
                        "/v1/forward-auth/{path}",
                        "/v1/accounts/{account}/usage",
                        "/healthz",
                        "/readyz",
                        "/metrics",
                        "/openapi.yaml",
                        "/json-schema/{name}");
    }

    @Test
    void shouldDescribeEveryResource_whenAdminOpenApi() throws Exception {
        // Given
        JsonNode document = yaml("openapi-admin.yaml");
        List<String> paths = new ArrayList<>();

        // When
        document.path("paths").fieldNames().forEachRemaining(paths::add);

        // Then
        assertThat(paths)
                .containsExactly(
                        "/v1/rulesets/proposals",
                        "/v1/rulesets/proposals/{id}",
                        "/v1/rulesets/proposals/{id}/diff",
                        "/v1/rulesets/proposals/{id}/approve",
                        "/v1/rulesets/proposals/{id}/reject",
                        "/v1/rulesets/proposals/{id}/activate",
                        "/v1/rulesets/check",
                        "/v1/rulesets/trials",
                        "/v1/rulesets/trials/{id}",
                        "/v1/rulesets/active",
                        "/v1/rulesets",
                        "/v1/rulesets/{revision}",
                        "/v1/rulesets/rollback",
                        "/v1/audit",
                        "/v1/accounts/{account}/profile",
                        "/v1/accounts/{account}/profile/changes",
                        "/v1/access",
                        "/v1/access/{id}/remove",
                        "/v1/signals",
                        "/v1/accounts/{account}/audit",
                        "/v1/accounts/{account}/decisions",
                        "/v1/explain",
                        "/v1/accounts/{account}/usage",
                        "/v1/accounts",
                        "/v1/top",
                        "/v1/traffic",
                        "/v1/events",
                        "/v1/limits/traffic",
                        "/v1/alerts",
                        "/v1/penalties",
                        "/v1/clients/{clientId}/quota",
                        "/console",
                        "/console/sign-in",
                        "/v1/sign-in",
                        "/v1/caller",
                        "/openapi-admin.yaml",
                        "/json-schema/{name}");
    }

    private static JsonNode document(Map<URI, JsonNode> documents, URI place) throws IOException {
        JsonNode document = documents.get(place);
        if (document == null) {
            document = yaml(place.getPath().substring(1));
            documents.put(place, document);
        }
        return document;
    }

    private static JsonNode yaml(String name) throws IOException {
        try (InputStream resource = ApiDescriptionTest.class.getResourceAsStream(BASE + name)) {
            assertThat(resource).as(name).isNotNull();
            return YAML.readTree(resource);
        }
    }
}
