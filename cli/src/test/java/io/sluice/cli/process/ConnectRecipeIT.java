package io.sluice.cli.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.testkit.broker.TopicReader;
import io.sluice.testkit.broker.TopicWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The recipe for Kafka Connect as it is: its connector in Kafka's own worker, with a real database behind it. */
@Tag("long")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ConnectRecipeIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpCaller CALLER = new HttpCaller();
    private static final Path RECIPE = Path.of("../examples/analysts/connect-jdbc-sink.json");
    private static final String DOCUMENT = "docs/ANALYSTS.md";
    private static final String READABLE = "\"account\":\"later\",\"allowed\":1,\"denied\":1000000,\"charged\":0}";
    private static final String NAMES =
            "=1+cmd|x!A0/<b>&'\\\"; DROP TABLE sluice_decisions;--/\u202e\u00e9\ud83d\ude00";

    @TempDir
    private static Path directory;

    private static PostgresProcess postgres;
    private static DevProcess dev;
    private static ConnectProcess connect;
    private static Path recipe;

    /** Where the records are that no row may come of. */
    private static final Set<String> PASSED_OVER = new HashSet<>();

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(PostgresProcess.isInstalled(), "postgresql is not installed");
        postgres = PostgresProcess.start();
        dev = DevProcess.ready(directory.resolve("data"));
        connect = ConnectProcess.start(dev.bootstrapServers(), Files.createDirectory(directory.resolve("connect")));
        recipe = recipeOfThisDatabase();
    }

    @AfterAll
    static void stop() throws Exception {
        try (PostgresProcess last = postgres;
                DevProcess before = dev;
                ConnectProcess first = connect) {
            // Nothing is left to do but to end them.
        }
    }

    /** Only where the database is, and who may write to it, is another. */
    private static Path recipeOfThisDatabase() throws IOException {
        Path secrets = Files.writeString(
                directory.resolve("secrets.properties"), "password=" + PostgresProcess.PASSWORD + "\n");
        ObjectNode all = (ObjectNode) JSON.readTree(RECIPE.toFile());
        ObjectNode config = (ObjectNode) all.get("config");
        config.put("connection.url", postgres.jdbcUrl());
        config.put("connection.username", PostgresProcess.USER);
        config.put("connection.password", "${file:" + secrets + ":password}");
        return Files.write(directory.resolve("recipe.json"), JSON.writeValueAsBytes(all));
    }

    /** What the block of the document prints that is marked with the name. */
    private static String run(String name) throws IOException, InterruptedException {
        StringBuilder variables = new StringBuilder("set -e\n");
        postgres.environment()
                .forEach((variable, value) -> variables.append("export %s='%s'\n".formatted(variable, value)));
        return ReadmeBlock.run(
                DOCUMENT,
                name,
                script -> variables
                        + script.replace("http://127.0.0.1:8083", connect.url())
                                .replace("examples/analysts/connect-jdbc-sink.json", recipe.toString()));
    }

    private static List<String> ask(String path, String... bodies) {
        return CALLER.postAll(dev.httpUrl() + path, List.of(bodies)).stream()
                .map(HttpCaller.Call::body)
                .toList();
    }

    private static String reservation(String clientId, long ttlMillis) throws IOException {
        String verdict = ask(
                        "/v1/reservations",
                        "{\"clientId\":\"%s\",\"cost\":3,\"reserve\":{\"ttlMillis\":%d}}"
                                .formatted(clientId, ttlMillis))
                .get(0);
        String id = JSON.readTree(verdict).path("reservationId").asText();
        assertThat(id).as(verdict).isNotEmpty();
        return "/v1/reservations/" + id;
    }

    private static void askOfEveryKind() throws IOException {
        String alice = "{\"clientId\":\"acme/alice\",\"exact\":true}";
        ask("/v1/admissions", Collections.nCopies(25, alice).toArray(String[]::new));
        ask("/v1/admissions", "{\"clientId\":\"" + NAMES + "\",\"exact\":true,\"cost\":0}");
        ask("/v1/admissions/atomic", "{\"checks\":[{\"clientId\":\"other/a\"},{\"clientId\":\"other/b\",\"cost\":2}]}");
        ask(reservation("acme/dave", 60_000) + "/commit", "{\"clientId\":\"acme/dave\",\"cost\":2}");
        ask(reservation("acme/dave", 60_000) + "/cancel", "{\"clientId\":\"acme/dave\"}");
        reservation("acme/erin", 1);
        Awaitility.await().atMost(Duration.ofMinutes(3)).until(() -> {
            String hot = "{\"clientId\":\"acme/hot\"}";
            ask("/v1/admissions", Collections.nCopies(20, hot).toArray(String[]::new));
            return kindsOf(committed())
                    .containsAll(Set.of("", "batch", "committed", "cancelled", "expired", "lease", "lease-report"));
        });
    }

    /** Every record that has to become a row. */
    private static List<ConsumerRecord<byte[], byte[]>> committed() {
        return TopicReader.readAll(dev.bootstrapServers(), TopicCatalogue.DECISIONS, IsolationLevel.READ_COMMITTED)
                .stream()
                .filter(record -> !PASSED_OVER.contains(place(record.partition(), record.offset())))
                .toList();
    }

    private static Set<String> kindsOf(List<ConsumerRecord<byte[], byte[]>> records) throws IOException {
        Set<String> kinds = new HashSet<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            JsonNode members = JSON.readTree(record.value());
            String kind = members.path("type").asText();
            kinds.add("settlement".equals(kind) ? members.path("outcome").asText() : kind);
        }
        return kinds;
    }

    private static String place(int partition, long offset) {
        return partition + "@" + offset;
    }

    /** What the columns of each committed record have to be, by its place. */
    private static Map<String, Map<String, String>> expectedRows() throws IOException {
        List<String> columns = new ArrayList<>();
        JSON.readTree(JSON.readTree(RECIPE.toFile())
                        .path("config")
                        .path("value.converter.schema.content")
                        .asText())
                .path("fields")
                .forEach(field -> columns.add(field.path("field").asText()));
        Map<String, Map<String, String>> rows = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : committed()) {
            JsonNode members = JSON.readTree(record.value());
            Map<String, String> row = new TreeMap<>();
            for (String column : columns) {
                row.put(column.toLowerCase(Locale.ROOT), text(members.get(column)));
            }
            rows.put(place(record.partition(), record.offset()), row);
        }
        return rows;
    }

    private static Map<String, Map<String, String>> actualRows() throws Exception {
        String all = postgres.query("SELECT coalesce(json_agg(row_to_json(r)), '[]') FROM sluice_decisions r");
        Map<String, Map<String, String>> rows = new TreeMap<>();
        for (JsonNode row : JSON.readTree(all)) {
            Map<String, String> columns = new TreeMap<>();
            row.fields().forEachRemaining(column -> columns.put(column.getKey(), text(column.getValue())));
            assertThat(columns.remove("__connect_topic")).isEqualTo(TopicCatalogue.DECISIONS);
            String place = place(
                    Integer.parseInt(columns.remove("__connect_partition")),
                    Long.parseLong(columns.remove("__connect_offset")));
            assertThat(rows.put(place, columns)).as("a second row of " + place).isNull();
        }
        return rows;
    }

    private static String text(JsonNode value) {
        return value == null || value.isNull() ? "(none)" : value.asText();
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofMillis(500));
    }

    private static void awaitEveryDecisionIsARow() {
        try {
            await().untilAsserted(() -> assertThat(actualRows()).isEqualTo(expectedRows()));
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("the worker said:\n" + lastLines(), e);
        }
    }

    private static String lastLines() {
        try {
            List<String> lines = connect.log().lines().toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 200), lines.size()));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    @Order(1)
    void shouldWriteEveryDecisionAsOneRow_whenTheRecipeRunsAsItsDocumentSays() throws Exception {
        // Given
        askOfEveryKind();

        // When
        assertThat(run("table")).contains("CREATE TABLE", "CREATE VIEW");
        assertThat(run("connector")).contains("\"name\":\"sluice-decisions\"");

        // Then
        awaitEveryDecisionIsARow();
        assertThat(kindsOf(committed())).contains("", "batch", "expired", "lease", "lease-report");
        assertThat(membersOfGroup("sluice-analyst-connect")).isPositive();
    }

    /** How many consumers are in a group, which has to be one that the rights of an analyst name. */
    private static int membersOfGroup(String group) throws Exception {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, dev.bootstrapServers()))) {
            return admin.describeConsumerGroups(List.of(group))
                    .all()
                    .get()
                    .get(group)
                    .members()
                    .size();
        }
    }

    @Test
    @Order(2)
    void shouldPassOverWhatItCannotRead_andWriteWhatComesThen() throws Exception {
        // Given
        List<byte[]> unreadable = new ArrayList<>();
        for (String value : List.of(
                "{",
                "not JSON",
                "[]",
                "{\"v\":1}",
                "{\"v\":2,\"who\":\"acme\"}",
                "{\"account\":\"no version\",\"allowed\":1,\"denied\":0,\"charged\":0}",
                "{\"v\":1,\"account\":7,\"allowed\":1,\"denied\":0,\"charged\":0}")) {
            unreadable.add(value.getBytes(UTF_8));
        }
        unreadable.add(new byte[] {(byte) 0xff, 0, (byte) 0xfe});
        unreadable.add(new byte[0]);
        unreadable.add(null);

        // When
        try (TopicWriter writer = new TopicWriter(dev.bootstrapServers())) {
            for (byte[] value : unreadable) {
                RecordMetadata written = writer.send(TopicCatalogue.DECISIONS, 0, "acme".getBytes(UTF_8), value);
                PASSED_OVER.add(place(written.partition(), written.offset()));
            }
            writer.send(TopicCatalogue.DECISIONS, 0, null, ("{\"v\":2," + READABLE).getBytes(UTF_8));
        }
        writeAndAbort("{\"v\":1," + READABLE);
        askOfEveryKind();

        // Then
        awaitEveryDecisionIsARow();
        assertThat(connect.log()).contains("Error encountered in task sluice-decisions");
        assertThat(postgres.query("SELECT v FROM sluice_decisions WHERE account = 'later'"))
                .isEqualTo("2");
        assertThat(postgres.query("SELECT count(*) FROM decisions WHERE account = 'later'"))
                .isEqualTo("0");
    }

    private static void writeAndAbort(String value) throws Exception {
        Map<String, Object> config = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                dev.bootstrapServers(),
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                "aborts",
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                10_000);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(TopicCatalogue.DECISIONS, 0, null, value.getBytes(UTF_8)))
                    .get();
            producer.abortTransaction();
        }
    }

    @Test
    @Order(3)
    void shouldHaveNoRowTwice_whenItBeginsAgain() throws Exception {
        // Given
        awaitEveryDecisionIsARow();
        long rows = Long.parseLong(postgres.query("SELECT count(*) FROM sluice_decisions"));
        postgres.query("DELETE FROM sluice_decisions WHERE account = 'acme'");

        // When the worker has ended every task, which it does in its own time
        await().ignoreExceptionsInstanceOf(AssertionError.class).untilAsserted(() -> run("again"));

        // Then what was deleted is there again, and nothing twice
        awaitEveryDecisionIsARow();
        assertThat(Long.parseLong(postgres.query("SELECT count(*) FROM sluice_decisions")))
                .isGreaterThanOrEqualTo(rows);
    }

    @Test
    @Order(4)
    void shouldTellWhoWasRefused_whenTheQueryOfTheDocumentRuns() throws Exception {
        // Given
        long denied = 0;
        for (Map<String, String> row : expectedRows().values()) {
            if ("acme".equals(row.get("account")) && "free-per-client".equals(row.get("limitid"))) {
                denied += Long.parseLong(row.get("denied"));
            }
        }

        // When
        String answer = run("query");

        // Then
        assertThat(denied).isPositive();
        assertThat(answer)
                .containsPattern("acme +\\| free-per-client +\\| +" + denied + "\\b")
                .doesNotContain("later");
    }
}
