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
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The descriptions of the API as a tool loads them: over HTTP, from the port that they describe, without a key. */
final class DescriptionsTest {
    // It reads JSON, too.
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static AdminPort port;

    @BeforeAll
    static void start() throws Exception {
        port = AdminPort.guarded();
    }

    @AfterAll
    static void stop() {
        port.close();
    }

    @ParameterizedTest
    @CsvSource({"data,/openapi.yaml", "admin,/openapi.yaml", "admin,/openapi-admin.yaml"})
    void shouldLeadSomewhere_whereverAReferencePoints(String name, String path) throws Exception {
        // Given
        ApiCaller caller = name.equals("data") ? port.data : port.admin;
        Map<URI, JsonNode> documents = new HashMap<>();
        Deque<URI> open = new ArrayDeque<>();
        open.add(URI.create(path));
        int references = 0;

        while (!open.isEmpty()) {
            // When
            URI place = open.remove();
            if (documents.containsKey(place)) {
                continue;
            }
            HttpResponse<String> response = caller.get(place.getPath());
            assertThat(response.statusCode()).as(place.toString()).isEqualTo(200);
            JsonNode document = YAML.readTree(response.body());
            documents.put(place, document);

            // Then
            for (String reference : document.findValuesAsText("$ref")) {
                references++;
                URI target = place.resolve(reference);
                URI other = URI.create(target.getPath());
                if (other.equals(place)) {
                    String pointer = target.getFragment() == null ? "" : target.getFragment();
                    assertThat(document.at(pointer).isMissingNode())
                            .as(reference)
                            .isFalse();
                } else {
                    assertThat(target.getFragment()).as(reference).isNull();
                    open.add(other);
                }
            }
        }
        assertThat(references).isPositive();
    }

    @Test
    void shouldServeEverySchemaThatItNames() throws Exception {
        // Given
        JsonNode description =
                YAML.readTree(port.admin.get("/openapi-admin.yaml").body());

        for (JsonNode name : description.at("/paths/~1json-schema~1{name}/get/parameters/0/schema/enum")) {
            // When
            HttpResponse<String> response = port.admin.get("/json-schema/" + name.asText());

            // Then
            assertThat(response.statusCode()).as(name.asText()).isEqualTo(200);
            assertThat(AdminPort.header(response, "content-type")).isEqualTo("application/schema+json");
            assertThat(YAML.readTree(response.body()).path("$id").asText())
                    .isEqualTo("urn:sluice:schema:" + name.asText());
        }
        for (String path : new String[] {"nothing.v1.json", "..%2Fopenapi.yaml", "%2e%2e%2Fasyncapi.yaml", "x"}) {
            assertThat(port.admin.get("/json-schema/" + path).statusCode()).isIn(400, 404);
        }
    }
}
