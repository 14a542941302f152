package io.sluice.cli.analysts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.junit.jupiter.api.Test;

/** The recipe for Kafka Connect: its converter, as it is configured there, reads every kind of decision record. */
final class ConnectRecipeTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path GOLDEN = ROOT.resolve("schemas/src/test/resources/golden/v1");
    private static final Path SCHEMA =
            ROOT.resolve("schemas/src/main/resources/io/sluice/schemas/json-schema/decision.v1.json");
    private static final String CONVERTER = "value.converter.";

    private static Map<String, String> config() throws Exception {
        JsonNode recipe = JSON.readTree(
                ROOT.resolve("examples/analysts/connect-jdbc-sink.json").toFile());
        Map<String, String> config = new HashMap<>();
        recipe.path("config")
                .fields()
                .forEachRemaining(
                        entry -> config.put(entry.getKey(), entry.getValue().asText()));
        return config;
    }

    private static JsonConverter converter() throws Exception {
        Map<String, Object> own = new HashMap<>();
        config().forEach((name, value) -> {
            if (name.startsWith(CONVERTER)) {
                own.put(name.substring(CONVERTER.length()), value);
            }
        });
        JsonConverter converter = new JsonConverter();
        converter.configure(own, /* isKey= */ false);
        return converter;
    }

    private static List<Path> records() throws Exception {
        try (Stream<Path> files = Files.list(GOLDEN)) {
            return files.filter(file -> file.getFileName().toString().startsWith("decision-"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void shouldReadEveryKindOfRecord_asAReleaseHasWrittenIt() throws Exception {
        // Given
        List<Path> records = records();
        assertThat(records).hasSizeGreaterThan(10);

        try (JsonConverter converter = converter()) {
            for (Path record : records) {
                // When
                byte[] value = Files.readAllBytes(record);
                Struct row = (Struct)
                        converter.toConnectData("sluice.decisions.v1", value).value();

                // Then
                JsonNode members = JSON.readTree(value);
                for (Field field : row.schema().fields()) {
                    JsonNode member = members.get(field.name());
                    Object column = row.get(field);
                    if (member == null) {
                        assertThat(column).as(record + " " + field.name()).isNull();
                    } else {
                        assertThat(String.valueOf(column))
                                .as(record + " " + field.name())
                                .isEqualTo(member.asText());
                    }
                }
            }
        }
    }

    @Test
    void shouldRequireOnlyMembers_thatEveryRecordHas() throws Exception {
        // Given
        JsonNode definitions = JSON.readTree(SCHEMA.toFile()).path("$defs");

        try (JsonConverter converter = converter()) {
            byte[] any = Files.readAllBytes(records().get(0));
            Schema schema = converter.toConnectData("sluice.decisions.v1", any).schema();

            for (Field field : schema.fields()) {
                for (String kind : List.of("decision", "batch", "settlement", "lease", "lease-report")) {
                    // When
                    List<String> required = new ArrayList<>();
                    definitions.path(kind).path("required").forEach(name -> required.add(name.asText()));

                    // Then
                    assertThat(field.schema().isOptional() || required.contains(field.name()))
                            .as(kind + " " + field.name())
                            .isTrue();
                }
            }
        }
    }

    @Test
    void shouldReadCommittedRecords_andOverwriteThoseThatItHasWritten() throws Exception {
        // Given / When / Then
        assertThat(config())
                .containsEntry("topics", "sluice.decisions.v1")
                .containsEntry("consumer.override.isolation.level", "read_committed")
                .containsEntry("insert.mode", "upsert")
                .containsEntry("primary.key.mode", "kafka");
    }

    @Test
    void shouldHaveAColumnInTheTable_forEveryFieldThatItReads() throws Exception {
        // Given
        String table = Files.readString(ROOT.resolve("examples/analysts/decisions-postgres.sql"));
        Map<String, String> types = Map.of("string", "TEXT", "int32", "INTEGER", "int64", "BIGINT");

        for (JsonNode field :
                JSON.readTree(config().get(CONVERTER + "schema.content")).path("fields")) {
            // When
            String column = "    " + field.path("field").asText() + " "
                    + types.get(field.path("type").asText())
                    + (field.path("optional").asBoolean() ? "," : " NOT NULL,");

            // Then
            assertThat(table.lines()).contains(column);
        }
    }
}
