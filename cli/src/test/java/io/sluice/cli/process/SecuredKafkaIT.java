package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.BrokerConfig;
import io.sluice.broker.EmbeddedBroker;
import io.sluice.cli.process.SluiceProcess.Ended;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.tls.TestAuthority;
import io.sluice.testkit.tls.TestAuthority.Issued;
import io.sluice.tls.ClientTls;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every role and every kind of command against a Kafka that wants TLS, with the properties files of {@code examples}.
 * The roles' own ports speak TLS, too.
 */
final class SecuredKafkaIT {
    private static final Path EXAMPLES = Path.of("..", "examples");
    private static final String USER = "sluice-streams-app";
    private static final String PASSWORD = "change-me";
    private static final Duration WITHIN = Duration.ofMinutes(3);
    private static final TestAuthority AUTHORITY = TestAuthority.create("cluster CA");

    @TempDir
    private static Path directory;

    private static EmbeddedBroker broker;
    private static Map<String, Integer> ports;
    private static Map<String, String> keys;
    private static Path authority;

    @BeforeAll
    static void start() throws Exception {
        authority = AUTHORITY.writeTo(directory.resolve("ca.pem"));
        Issued client = AUTHORITY.issue("sluice-streams-app");
        Files.writeString(directory.resolve("client.pem"), client.key() + client.certificate());
        Issued server = AUTHORITY.issue("broker");
        Files.writeString(directory.resolve("broker.pem"), server.key() + server.certificate());
        server.writeCertificate(directory.resolve("tls.crt"));
        server.writeKey(directory.resolve("tls.key"));
        ports = freePorts("PLAINTEXT", "SASL_SSL", "SSL", "CONTROLLER");
        broker = EmbeddedBroker.start(
                new BrokerConfig(directory.resolve("broker"), "127.0.0.1", ports.get("PLAINTEXT"), securedListeners()));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                            USER, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4_096), PASSWORD)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        keys = TestKeys.writeTo(directory.resolve("keys"));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static Map<String, Integer> freePorts(String... listeners) throws IOException {
        Map<String, Integer> free = new HashMap<>();
        List<ServerSocket> held = new ArrayList<>();
        for (String listener : listeners) {
            ServerSocket socket = new ServerSocket(0);
            held.add(socket);
            free.put(listener, socket.getLocalPort());
        }
        for (ServerSocket socket : held) {
            socket.close();
        }
        return free;
    }

    /** A listener for each kind of client, beside the one that the broker uses itself. */
    private static Map<String, String> securedListeners() {
        String clients = listener("PLAINTEXT") + "," + listener("SASL_SSL") + "," + listener("SSL");
        String store = directory.resolve("broker.pem").toString();
        Map<String, String> properties = new HashMap<>();
        properties.put("listeners", clients + "," + listener("CONTROLLER"));
        properties.put("advertised.listeners", clients);
        properties.put("controller.quorum.voters", "1@127.0.0.1:" + ports.get("CONTROLLER"));
        properties.put(
                "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL");
        properties.put("ssl.keystore.type", "PEM");
        properties.put("ssl.keystore.location", store);
        properties.put("ssl.truststore.type", "PEM");
        properties.put("ssl.truststore.location", authority.toString());
        properties.put("listener.name.ssl.ssl.client.auth", "required");
        properties.put("sasl.enabled.mechanisms", "SCRAM-SHA-512");
        properties.put(
                "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        return properties;
    }

    private static String listener(String name) {
        return name + "://127.0.0.1:" + ports.get(name);
    }

    /** An example with the paths and ports of this machine, and nothing else changed. */
    private static Path example(String name, String listener) throws IOException {
        String text = Files.readString(EXAMPLES.resolve(name))
                .replace("/etc/sluice/kafka", directory.toString())
                .replaceFirst("bootstrap.servers=.*", "bootstrap.servers=127.0.0.1:" + ports.get(listener));
        return Files.writeString(directory.resolve(name), text);
    }

    private static Map<String, String> environment(Path kafka) {
        Map<String, String> environment = new HashMap<>(keys);
        environment.put("SLUICE_KAFKA_CONFIG_FILE", kafka.toString());
        environment.put("SLUICE_KAFKA_REPLICATION_FACTOR", "1");
        environment.put("SLUICE_TLS_CERT_FILE", directory.resolve("tls.crt").toString());
        environment.put("SLUICE_TLS_KEY_FILE", directory.resolve("tls.key").toString());
        environment.put("SLUICE_CA_FILE", authority.toString());
        return environment;
    }

    @ParameterizedTest
    @ValueSource(strings = {"kafka-sasl-ssl.properties SASL_SSL", "kafka-mtls.properties SSL"})
    void shouldAdmit_whenKafkaWantsTls(String example) throws Exception {
        // Given
        String[] words = example.split(" ");
        Map<String, String> environment = environment(example(words[0], words[1]));
        Path rules = Files.writeString(
                directory.resolve("rules.yaml"),
                "limits:\n  - {id: per-client, scope: client, rate: {tokens: 1, per: 1h}, burst: 3}\n");
        HttpCaller caller = new HttpCaller(ClientTls.context(authority, null, null));
        run(environment, "topics", "create", "--request-partitions", "1", "--reply-partitions", "1");

        try (SluiceProcess app = SluiceProcess.start(
                        environment,
                        List.of(
                                "streams-app",
                                "--admin-port",
                                "0",
                                "--state-dir",
                                directory.resolve(words[1]).toString()));
                SluiceProcess api = SluiceProcess.start(
                        environment,
                        List.of(
                                "request-api",
                                "--http-port",
                                "0",
                                "--admin-port",
                                "0",
                                "--ping-interval-millis",
                                "500",
                                "--data-open",
                                "--admin-open"))) {
            String appUrl = app.awaitStreamsApp(caller);
            SluiceProcess.Ports urls = api.awaitRequestApi();
            run(environment, "rules", "apply", "--reason", "first rules", rules.toString());
            Awaitility.await()
                    .atMost(WITHIN)
                    .until(() -> caller.get(urls.httpUrl() + "/readyz").status() == 200);

            // When
            List<String> verdict =
                    run(environment, "admit", "acme/" + words[1], "--cost", "3", "--url", urls.httpUrl());
            List<String> history = run(environment, "rules", "history", "--admin-url", urls.adminUrl());

            // Then
            assertThat(appUrl).startsWith("https://");
            assertThat(verdict).anyMatch(line -> line.startsWith("allow: "));
            assertThat(history).anyMatch(line -> line.contains("first rules"));
            assertThat(caller.get(appUrl + "/metrics").body())
                    .contains("sluice_tls_certificate_expiry_seconds", "sluice_decisions_total{");
            assertThat(app.stop()).isTrue();
            assertThat(api.stop()).isTrue();
            assertThat(app.lines()).noneMatch(line -> line.contains(PASSWORD));
        }
    }

    @Test
    void shouldSayWhatIsWrong_whenTheServerOrTheFilesAreOthers() throws Exception {
        // Given
        Path kafka = example("kafka-sasl-ssl.properties", "SASL_SSL");
        Map<String, String> environment = environment(kafka);
        Path wrong = Files.writeString(
                directory.resolve("wrong.properties"), Files.readString(kafka).replace(PASSWORD, "guessed"));

        // When
        Ended noTls = SluiceProcess.run(environment, "decisions", "--kafka-property", "security.protocol=PLAINTEXT");
        Ended refused = SluiceProcess.run(environment(wrong), "topics", "create", "--request-partitions", "1");
        Ended noKey = SluiceProcess.run(
                environment,
                "streams-app",
                "--admin-port",
                "0",
                "--state-dir",
                "x",
                "--tls-key",
                directory.resolve("none").toString());
        Ended unknown =
                SluiceProcess.run(Map.of(), "admit", "acme/a", "--url", "https://127.0.0.1:" + ports.get("SASL_SSL"));

        // Then
        assertThat(noTls.lines())
                .singleElement()
                .asString()
                .endsWith("TLS answers there (expected: with TLS, security.protocol=SSL or SASL_SSL)");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.lines()).last().asString().startsWith("sluice: ").contains("Authentication failed");
        assertThat(noKey.lines())
                .singleElement()
                .isEqualTo("sluice: TLS key: file " + directory.resolve("none") + " is missing");
        assertThat(unknown.lines())
                .singleElement()
                .asString()
                .startsWith("sluice: data port https://127.0.0.1:" + ports.get("SASL_SSL") + ": TLS failed: ")
                .contains("--ca-file");
    }

    private static List<String> run(Map<String, String> environment, String... arguments) throws Exception {
        return SluiceProcess.run(environment, arguments).ok();
    }
}
