package io.sluice.schemas.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.schemas.topic.TopicSpec;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The descriptions are whole: they parse, every reference leads somewhere, and they name the topics that exist. */
final class ApiDescriptionTest {
    private static final String BASE = "/io/sluice/schemas/";
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @ValueSource(strings = {"openapi.yaml", "openapi-admin.yaml", "asyncapi.yaml"})
    void shouldResolveEveryReference_whenParsed(String name) throws Exception {
        // Given
        JsonNode document = yaml(name);

        // When
        List<String> references = document.findValuesAsText("$ref");

        // Then
        assertThat(references)
                .isNotEmpty()
                .allSatisfy(reference ->
                        assertThat(resolves(document, reference)).as(reference).isTrue());
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
                        "/v1/clients/{clientId}/quota",
                        "/healthz",
                        "/readyz",
                        "/metrics",
                        "/openapi.yaml");
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
                        "/v1/rulesets/active",
                        "/v1/rulesets",
                        "/v1/rulesets/{revision}",
                        "/v1/rulesets/rollback",
                        "/v1/audit",
                        "/v1/accounts/{account}/profile",
                        "/v1/accounts/{account}/profile/changes",
                        "/v1/accounts/{account}/audit",
                        "/v1/explain",
                        "/v1/caller",
                        "/openapi-admin.yaml",
                        "/json-schema/{name}");
    }

    private static boolean resolves(JsonNode document, String reference) throws IOException {
        if (reference.startsWith("#")) {
            return !document.at(reference.substring(1)).isMissingNode();
        }
        try (InputStream resource = ApiDescriptionTest.class.getResourceAsStream(BASE + reference)) {
            return resource != null && JSON.readTree(resource).isObject();
        }
    }

    private static JsonNode yaml(String name) throws IOException {
        try (InputStream resource = ApiDescriptionTest.class.getResourceAsStream(BASE + name)) {
            return YAML.readTree(resource);
        }
    }
}
