package io.sluice.cli.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.Sluice;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TopicAclsTest {
    private record Printed(int code, String out, String err) {}

    private static Printed run(String... options) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> arguments = new ArrayList<>(List.of("topics"));
        arguments.addAll(List.of(options));
        int code = Sluice.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
        return new Printed(code, out.toString(), err.toString());
    }

    @Test
    void shouldPrintOneCommandForEachResource_whenARoleIsAskedFor() {
        // Given / When
        Printed printed = run("acls", "--role", "batch-producer");

        // Then
        assertThat(printed.code()).isZero();
        assertThat(printed.out().lines())
                .containsExactly(
                        "# batch-producer: writes requests, and wants no replies",
                        "kafka-acls.sh --bootstrap-server \"$SLUICE_BOOTSTRAP_SERVERS\" --command-config"
                                + " \"$SLUICE_KAFKA_CONFIG_FILE\" --add --allow-principal 'User:sluice-batch-producer'"
                                + " --operation Write --topic sluice.requests.v1");
    }

    @Test
    void shouldNamePrincipalsAndApplication_whenOthersAreGiven() {
        // Given / When
        Printed printed = run(
                "acls",
                "--role",
                "streams-app",
                "--role",
                "front-end",
                "--application-id",
                "limits",
                "--principal",
                "front-end=User:CN=web, O=Acme",
                "--output",
                "json");

        // Then
        assertThat(printed.code()).isZero();
        assertThat(printed.out())
                .contains("\"principal\":\"User:limits-streams-app\"")
                .contains("\"principal\":\"User:CN=web, O=Acme\"")
                .contains("{\"role\":\"streams-app\",\"principal\":\"User:limits-streams-app\","
                        + "\"resourceType\":\"TRANSACTIONAL_ID\",\"resourceName\":\"limits-\","
                        + "\"patternType\":\"PREFIXED\",\"operations\":[\"WRITE\"]}")
                .contains("\"resourceName\":\"limits-rules\"")
                .doesNotContain("\"analyst\"");
    }

    @Test
    void shouldPrintTheSame_whenAskedAgain() {
        assertThat(run("acls", "--output", "yaml")).isEqualTo(run("acls", "--output", "yaml"));
        assertThat(run("manifests")).isEqualTo(run("manifests"));
    }

    @Test
    void shouldGiveUsersCertificates_whenAskedTo() {
        // Given / When
        Printed printed = run("manifests", "--authentication", "tls", "--cluster", "events", "--role", "analyst");

        // Then
        assertThat(printed.out())
                .contains("type: \"tls\"", "strimzi.io/cluster: \"events\"", "name: \"sluice-analyst\"")
                .doesNotContain("sluice-front-end", "replicas");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    acls --role boss                     | role: boss (expected: streams-app, front-end,
                    acls --principal analyst=alice       | --principal analyst: alice (expected: TYPE:NAME
                    acls --principal analyst=User:o'neil | (expected: TYPE:NAME without single quotes
                    acls --application-id a;b            | application ID: a;b (expected: 1..100 letters,
                    manifests --cluster Big_One          | --cluster: Big_One (expected: 1..63 lower-case letters
                    manifests --request-partitions 0     | partitions: 0 (expected: at least 1)
                    manifests --replication-factor 0     | --replication-factor: 0 (expected: at least 1)
                    """)
    void shouldSayWhatIsWrong_whenAnOptionIs(String options, String message) {
        // Given / When
        Printed printed = run(options.split(" "));

        // Then
        assertThat(printed.code()).isEqualTo(1);
        assertThat(printed.err()).contains(message).hasLineCount(1);
        assertThat(printed.out()).isEmpty();
    }
}
