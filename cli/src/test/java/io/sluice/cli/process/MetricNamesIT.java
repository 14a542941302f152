package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.cli.chaos.FreePorts;
import io.sluice.cli.deploy.DeployedFiles;
import io.sluice.cli.deploy.PromQl;
import io.sluice.streams.ops.RestoreMeters;
import io.sluice.streams.replica.ReplicaMeters;
import io.sluice.testkit.tls.TestAuthority;
import io.sluice.tls.ClientTls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether the metrics that alerts, dashboards, runbooks and OPERATIONS name are there, and none is left out. */
final class MetricNamesIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String RULES = """
        tiers: [free, pro]
        defaultTier: free
        limits:
          - {id: per-client, scope: client, rate: {tokens: 1000, per: 1s}, burst: 2000}
          - {id: orders, match: {path: "/v1/orders/**"}, scope: client, rate: {tokens: 1, per: 1h}, burst: 3}
          - id: trial
            match: {path: "/v1/orders/**"}
            scope: account
            mode: shadow
            rate: {tokens: 1, per: 1h}
            burst: 1
        """;
    /** Prometheus makes these by itself. */
    private static final Set<String> OF_PROMETHEUS = Set.of("up", "ALERTS");

    /** Names in the first column of the tables of metrics. */
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(sluice_\\w+)(?:\\{[^}]*})?` \\|");

    @TempDir
    private static Path directory;

    private static final HttpCaller CALLER = new HttpCaller();
    private static DevProcess dev;
    private static SluiceProcess api;
    private static Scrape scrape;

    @BeforeAll
    static void start() throws Exception {
        Path rules = Files.writeString(directory.resolve("rules.yaml"), RULES);
        Path data = directory.resolve("data");
        Path secret = Files.writeString(directory.resolve("webhook.secret"), "whsec_" + "A".repeat(32));
        dev = DevProcess.ready(
                Map.of("SLUICE_GRPC_PORT", Integer.toString(new FreePorts().next())),
                data,
                "--rules",
                rules.toString(),
                "--webhook-url",
                "https://sluice.invalid/",
                "--webhook-secret-file",
                secret.toString());
        api = requestApi(data.resolve("keys"));
        String apiUrl = api.awaitRequestApi().adminUrl();
        ask();
        HttpCaller secured = new HttpCaller(ClientTls.context(directory.resolve("ca.pem"), null, null));
        scrape = Scrape.of(CALLER.get(dev.httpUrl() + "/metrics").body()
                + secured.get(apiUrl + "/metrics").body()
                + restoring()
                + replica());
    }

    /** A front end that takes tokens, speaks TLS and exports traces, as the one of a development server does not. */
    private static SluiceProcess requestApi(Path keys) throws Exception {
        RSAKey issuer = new RSAKeyGenerator(2048).keyID("k1").generate();
        Path jwks = Files.writeString(directory.resolve("jwks.json"), new JWKSet(issuer.toPublicJWK()).toString());
        TestAuthority authority = TestAuthority.create("test CA");
        authority.writeTo(directory.resolve("ca.pem"));
        TestAuthority.Issued issued = authority.issue("front end");
        return SluiceProcess.start(
                Map.of(
                        "SLUICE_BOOTSTRAP_SERVERS",
                        dev.bootstrapServers(),
                        "OTEL_TRACES_EXPORTER",
                        "otlp",
                        "OTEL_EXPORTER_OTLP_ENDPOINT",
                        "http://127.0.0.1:9",
                        "SLUICE_TLS_CERT_FILE",
                        issued.writeCertificate(directory.resolve("tls.crt")).toString(),
                        "SLUICE_TLS_KEY_FILE",
                        issued.writeKey(directory.resolve("tls.key")).toString()),
                List.of(
                        "request-api",
                        "--http-port=0",
                        "--admin-port=0",
                        "--rules-public-key-file=" + keys.resolve("rules-public.pem"),
                        "--jwks-url=" + jwks,
                        "--jwt-issuer=https://issuer.example",
                        "--jwt-audience=sluice"));
    }

    /** Requests of a hot client, some of which are refused. */
    private static void ask() {
        String order = "{\"clientId\":\"acme/ada\",\"route\":{\"method\":\"POST\",\"path\":\"/v1/orders/7\"}}";
        String other = "{\"clientId\":\"acme/ada\"}";
        Awaitility.await().atMost(Duration.ofMinutes(3)).until(() -> {
            CALLER.postAll(dev.httpUrl() + "/v1/admissions", Collections.nCopies(40, other));
            CALLER.postAll(dev.httpUrl() + "/v1/admissions", List.of(order));
            String metrics = CALLER.get(dev.httpUrl() + "/metrics").body();
            return metrics.contains("sluice_client_local_limits_total{answer=\"allow\",limit=\"per-client\"}")
                    && metrics.contains("sluice_limit_outcomes_total{limit=\"trial\",outcome=\"shadow-refused\"}")
                    // Its first pause brings it.
                    && metrics.contains("jvm_gc_pause_seconds_sum");
        });
    }

    /** A store restores too shortly to be seen. */
    private static String restoring() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        RestoreMeters restores = new RestoreMeters(registry);
        restores.onRestoreStart(new TopicPartition("changelog", 1), "store", 0, 10);
        restores.onBatchRestored(new TopicPartition("changelog", 1), "store", 4, 5);
        return registry.scrape();
    }

    /** What a reply replica has alone; ReplicaTakeoverIT shows that it has it. */
    private static String replica() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        ReplicaMeters unused = new ReplicaMeters(registry);
        for (String gauge : List.of("sluice.requests.undecided", "sluice.requests.undecided.age")) {
            Gauge.builder(gauge, () -> 0)
                    .baseUnit(gauge.endsWith("age") ? "seconds" : null)
                    .tag("partition", "0")
                    .register(ReplicaMeters.view(registry));
        }
        return registry.scrape();
    }

    @AfterAll
    static void stop() {
        if (api != null) {
            api.close();
        }
        dev.close();
    }

    private static Set<String> known() throws Exception {
        Set<String> known = new TreeSet<>(scrape.series());
        known.addAll(OF_PROMETHEUS);
        known.addAll(DeployedFiles.recorded());
        known.addAll(kafkaNames());
        return known;
    }

    /** Names that Kafka's clients and stores show only a minute after their start. */
    private static List<String> kafkaNames() throws Exception {
        return Files.readAllLines(Path.of("src/test/resources/kafka-metric-names.txt"));
    }

    private static Set<String> inOperations() throws Exception {
        String text = Files.readString(ROOT.resolve("docs/OPERATIONS.md"));
        String metrics = text.substring(text.indexOf("\n## Metrics\n"), text.indexOf("\n### Label values\n"));
        return ROW.matcher(metrics).results().map(row -> row.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void shouldExist_whenAlertsDashboardsOrRunbooksNameThem() throws Exception {
        // Given
        Set<String> known = known();

        // When / Then
        DeployedFiles.expressions().forEach((place, expressions) -> {
            for (String expression : expressions) {
                assertThat(known).as(place + ": " + expression).containsAll(PromQl.metrics(expression));
            }
        });
    }

    @Test
    void shouldBeTheSame_inOperationsAndInTheProcesses() throws Exception {
        // Given
        Set<String> ours = scrape.families().stream()
                .filter(name -> name.startsWith("sluice_"))
                .collect(Collectors.toCollection(TreeSet::new));

        // When / Then
        assertThat(inOperations()).isEqualTo(ours);
    }

    @Test
    void shouldDoWhatTheyShow_whenTheCommandsOfRunbooksRun() throws Exception {
        // Given
        List<String> commands = DeployedFiles.blocks("sh");
        Map<String, String> variables = Map.of(
                "API_URL", dev.adminUrl(),
                "STREAMS_URL", dev.httpUrl(),
                "BOOTSTRAP", dev.bootstrapServers(),
                "SLUICE_ADMIN_URL", dev.adminUrl(),
                "SLUICE_JAVA_OPTS", "-XX:TieredStopAtLevel=1");

        for (String command : new TreeSet<>(commands)) {
            // When
            ProcessBuilder shell = new ProcessBuilder("bash", "-euc", command)
                    .directory(ROOT.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("output").toFile());
            shell.environment().putAll(variables);
            Process process = shell.start();

            // Then
            assertThat(process.waitFor(180, TimeUnit.SECONDS)).as(command).isTrue();
            String output = Files.readString(directory.resolve("output"));
            assertThat(process.exitValue()).as(command + "\n" + output).isZero();
            assertThat(output).as(command).isNotBlank();
        }
    }

    /** A minute after the start, Micrometer looks again for metrics of Kafka. */
    @Test
    @Tag("long")
    void shouldHaveKafkasNames_aMinuteAfterTheStart() throws Exception {
        // Given
        List<String> expected = kafkaNames();

        // When / Then
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .untilAsserted(() -> assertThat(
                                Scrape.of(CALLER.get(dev.httpUrl() + "/metrics").body())
                                        .series())
                        .containsAll(expected));
    }
}
