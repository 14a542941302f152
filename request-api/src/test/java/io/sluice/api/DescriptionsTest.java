package io.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The descriptions of the API as a tool loads them: over HTTP, from the port that they describe, without a key. */
final class DescriptionsTest {
    // It reads JSON, too.
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static AdminPort port;

    @BeforeAll
    static void start() throws Exception {
        port = AdminPort.counted();
    }

    @AfterAll
    static void stop() {
        port.close();
    }

    @ParameterizedTest
    @CsvSource({"data,/openapi.yaml", "admin,/openapi.yaml", "admin,/openapi-admin.yaml"})
    void shouldLeadSomewhere_whereverAReferencePoints(String name, String path) throws Exception {
        // Given
        ApiCaller caller = callerOf(name);
        Map<URI, JsonNode> documents = new HashMap<>();
        Deque<URI> open = new ArrayDeque<>(List.of(URI.create(path)));
        int references = 0;

        while (!open.isEmpty()) {
            // When
            URI place = open.remove();
            for (String reference : served(documents, caller, place).findValuesAsText("$ref")) {
                URI target = place.resolve(reference);
                URI other = URI.create(target.getPath());
                if (!documents.containsKey(other)) {
                    open.add(other);
                }

                // Then
                String pointer = target.getFragment() == null ? "" : target.getFragment();
                assertThat(served(documents, caller, other).at(pointer).isObject())
                        .as(place + " " + reference)
                        .isTrue();
                references++;
            }
        }
        assertThat(references).isGreaterThan(100);
        assertThat(documents).containsKey(URI.create("/json-schema/common.v1.json"));
    }

    @ParameterizedTest
    @CsvSource({"data,/openapi.yaml", "admin,/openapi-admin.yaml"})
    void shouldServeEverySchemaThatItNames(String name, String path) throws Exception {
        // Given
        ApiCaller caller = callerOf(name);
        JsonNode names =
                YAML.readTree(caller.get(path).body()).at("/paths/~1json-schema~1{name}/get/parameters/0/schema/enum");
        assertThat(names).isNotEmpty();

        for (JsonNode schema : names) {
            // When
            HttpResponse<String> response = caller.get("/json-schema/" + schema.asText());

            // Then
            assertThat(response.statusCode()).as(schema.asText()).isEqualTo(200);
            assertThat(AdminPort.header(response, "content-type")).isEqualTo("application/schema+json");
            assertThat(YAML.readTree(response.body()).path("$id").asText()).isEqualTo(schema.asText());
        }
        for (String wrong : new String[] {"nothing.v1.json", "..%2Fopenapi.yaml", "%2e%2e%2Fasyncapi.yaml", "x"}) {
            assertThat(caller.get("/json-schema/" + wrong).statusCode()).isIn(400, 404);
        }
    }

    private static ApiCaller callerOf(String name) {
        return name.equals("data") ? port.data : port.admin;
    }

    private static JsonNode served(Map<URI, JsonNode> documents, ApiCaller caller, URI place) throws Exception {
        JsonNode document = documents.get(place);
        if (document == null) {
            HttpResponse<String> response = caller.get(place.getPath());
            assertThat(response.statusCode()).as(place.toString()).isEqualTo(200);
            document = YAML.readTree(response.body());
            documents.put(place, document);
        }
        return document;
    }
}
