package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.sluice.cli.process.HttpCaller.Call;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.guarantee.DecisionHistory;
import io.sluice.testkit.guarantee.LimitBound;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.LogOracle;
import io.sluice.testkit.oracle.OracleConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The roles as an operator runs them: each a process of its own, against a Kafka that is not ours. */
final class RolesIT {
    private static final int REPLY_PARTITIONS = 2;
    private static final String RULES = """
            limits:
              - id: per-client
                scope: client
                rate: {tokens: 1, per: 1h}
                burst: 20
            """;
    private static final Pattern SECRET = Pattern.compile("key \\(shown only now\\): (\\S+)");

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    @TempDir
    private Path directory;

    private final HttpCaller unauthenticated = new HttpCaller();
    private HttpCaller caller = unauthenticated;
    private String secret = "";

    @Test
    void shouldAdmitRefuseAndRecover_whenRolesRunApart() throws Exception {
        // Given the steps of OPERATIONS.md
        run("keys", "signing", "--out", directory.resolve("signing").toString());
        makeKey();
        RSAKey issuerKey = new RSAKeyGenerator(2048).keyID("k1").generate();
        Files.writeString(directory.resolve("jwks.json"), new JWKSet(issuerKey.toPublicJWK()).toString());
        String token = token(issuerKey);
        Path rules = Files.writeString(directory.resolve("rules.yaml"), RULES);
        run("topics", "create", "--request-partitions", "2", "--reply-partitions", "2");
        SluiceProcess first = streamsApp();
        run("rules", "apply", "--reason", "first rules", rules.toString());

        try (SluiceProcess api = api()) {
            String url = api.awaitRequestApi().httpUrl();
            List<String> twentyFive = Collections.nCopies(25, "{\"clientId\":\"acme/alice\",\"deadlineMillis\":20000}");

            // When nobody, or somebody else, asks
            Call unknown = ask(unauthenticated, url, "{\"clientId\":\"acme/alice\"}");
            Call others = ask(caller, url, "{\"clientId\":\"globex/alice\"}");

            // Then
            assertThat(unknown.status()).as(unknown.body()).isEqualTo(401);
            assertThat(others.status()).as(others.body()).isEqualTo(403);
            assertThat(others.body()).contains("account globex (expected: one that checkout may use)");

            // When a command takes the front end for a broker
            SluiceProcess.Ended mistaken =
                    SluiceProcess.run("decisions", "--bootstrap-servers", url.substring("http://".length()));

            // Then it says so, in one line
            assertThat(mistaken.exitCode()).isEqualTo(1);
            assertThat(mistaken.lines())
                    .singleElement()
                    .satisfies(line -> assertThat(line).contains("HTTP answers there"));

            // When the streams app runs, dies, and runs again
            assertReady(first.awaitStreamsApp(), url);
            List<Call> calls = caller.postAll(url + "/v1/admissions", twentyFive);
            first.kill();
            Call orphaned = ask(caller, url, "{\"clientId\":\"acme/bob\",\"deadlineMillis\":300}");
            try (SluiceProcess second = streamsApp()) {
                assertReady(second.awaitStreamsApp(), url);
                Call after = ask(caller, url, "{\"clientId\":\"acme/alice\",\"deadlineMillis\":20000}");

                // Then
                assertThat(calls).filteredOn(call -> call.status() == 200).hasSize(20);
                assertThat(calls).filteredOn(call -> call.status() == 429).hasSize(5);
                assertThat(orphaned.status()).as(orphaned.body()).isEqualTo(503);
                assertThat(orphaned.body()).contains("temporary-reduced-capacity", "no verdict within 300 ms");
                assertThat(after.status()).as(after.body()).isEqualTo(429);
                Call byToken =
                        ask(unauthenticated.as(token), url, "{\"clientId\":\"acme/alice\",\"deadlineMillis\":20000}");
                assertThat(byToken.status()).as(byToken.body()).isEqualTo(429);
                LiveCluster.agreed(this::assertAgainstLog);
                assertThat(second.stop()).isTrue();
                assertThat(second.lines()).allSatisfy(RolesIT::isOurLineOrJson);
            }
            assertThat(api.stop()).isTrue();
            assertThat(api.lines()).allSatisfy(RolesIT::isOurLineOrJson);
            assertThat(api.lines()).noneMatch(line -> line.contains(secret) || line.contains(token));
        }
    }

    private SluiceProcess api() throws IOException {
        // Whatever it logs, it keeps secrets.
        Map<String, String> verbose = new HashMap<>(environment());
        verbose.put("SLUICE_LOG_LEVEL", "DEBUG");
        return SluiceProcess.start(
                verbose,
                List.of(
                        "request-api",
                        "--http-port",
                        "0",
                        "--admin-port",
                        "0",
                        "--ping-interval-millis",
                        "500",
                        "--keys",
                        directory.resolve("keys.yaml").toString(),
                        "--jwks-url",
                        directory.resolve("jwks.json").toString(),
                        "--jwt-issuer",
                        "https://issuer.example",
                        "--jwt-audience",
                        "sluice"));
    }

    /** A key for the data port, as an operator makes it. */
    private void makeKey() throws Exception {
        SluiceProcess.Ended ended =
                SluiceProcess.run(environment(), "keys", "create", "checkout", "--accounts", "acme,team-*");
        Matcher shown = SECRET.matcher(String.join("\n", ended.lines()));
        assertThat(shown.find()).isTrue();
        secret = shown.group(1);
        caller = unauthenticated.as(secret);
        String line = ended.lines().get(ended.lines().size() - 1);
        assertThat(line).contains("accounts: [\"acme\",\"team-*\"]").doesNotContain("roles", secret);
        Files.writeString(directory.resolve("keys.yaml"), "keys:\n" + line + "\n");
    }

    private static String token(RSAKey key) throws JOSEException {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(),
                new JWTClaimsSet.Builder()
                        .issuer("https://issuer.example")
                        .audience("sluice")
                        .subject("gateway")
                        .claim("accounts", "acme globex")
                        .expirationTime(Date.from(Instant.now().plusSeconds(3_600)))
                        .build());
        token.sign(new RSASSASigner(key));
        return token.serialize();
    }

    private SluiceProcess streamsApp() throws IOException {
        return SluiceProcess.start(
                environment(),
                List.of(
                        "streams-app",
                        "--admin-port",
                        "0",
                        "--state-dir",
                        directory.resolve("state").toString()));
    }

    private void run(String... arguments) throws Exception {
        SluiceProcess.run(environment(), arguments).ok();
    }

    private Map<String, String> environment() {
        Path signing = directory.resolve("signing");
        return Map.of(
                "SLUICE_BOOTSTRAP_SERVERS", BROKER.bootstrapServers(),
                "SLUICE_RULES_KEY_FILE", signing.resolve("rules-private.pem").toString(),
                "SLUICE_RULES_PUBLIC_KEY_FILE",
                        signing.resolve("rules-public.pem").toString(),
                "SLUICE_COMMAND_KEY_FILE",
                        signing.resolve("command-private.pem").toString(),
                "SLUICE_COMMAND_PUBLIC_KEY_FILE",
                        signing.resolve("command-public.pem").toString(),
                "SLUICE_LOG_FORMAT", "json",
                // A single broker holds no second replica; a short session lets the second app take over soon.
                "SLUICE_KAFKA_REPLICATION_FACTOR", "1",
                "SLUICE_KAFKA_SESSION_TIMEOUT_MS", "6000");
    }

    private void assertReady(String streamsUrl, String apiUrl) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .until(() -> caller.get(apiUrl + "/readyz").status() == 200);
        assertThat(caller.get(streamsUrl + "/metrics").body()).contains("sluice_ruleset_revision");
    }

    private static Call ask(HttpCaller who, String url, String body) {
        return who.postAll(url + "/v1/admissions", List.of(body)).get(0);
    }

    private LogOracle assertAgainstLog() {
        LogOracle oracle = LogOracle.assertAll(
                BROKER.bootstrapServers(),
                new OracleConfig(TestKeys.trustedIn(directory.resolve("signing")), REPLY_PARTITIONS));
        DecisionHistory.read(BROKER.bootstrapServers())
                .assertGuarantees(oracle, Map.of("per-client", new LimitBound(20, 1, 3_600_000)), 600_000);
        return oracle;
    }

    private static void isOurLineOrJson(String line) {
        assertThat(line)
                .satisfiesAnyOf(
                        ours -> assertThat(ours).startsWith("sluice "),
                        json -> assertThat(json).startsWith("{").endsWith("}"));
    }
}
