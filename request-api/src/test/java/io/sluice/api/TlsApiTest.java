package io.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.testkit.tls.TestAuthority;
import io.sluice.testkit.tls.TestAuthority.Issued;
import io.sluice.tls.ClientAuth;
import io.sluice.tls.ClientTls;
import io.sluice.tls.ServerTls;
import io.sluice.tls.TlsFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both ports with TLS: real handshakes, and certificates that change while callers are connected. */
final class TlsApiTest {
    private static final Duration WITHIN = Duration.ofSeconds(30);
    private static final String BODY = "{\"clientId\":\"acme/a\"}";
    private static final TestAuthority SERVERS = TestAuthority.create("servers");
    private static final TestAuthority CALLERS = TestAuthority.create("callers");
    /** Of the same name: a caller takes its certificates for those that are asked for. */
    private static final TestAuthority FORGERS = TestAuthority.create("callers");

    @TempDir
    private Path directory;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private Path certificate;
    private Path key;
    private Path serversPem;

    @BeforeEach
    void write() {
        certificate = directory.resolve("tls.crt");
        key = directory.resolve("tls.key");
        serversPem = SERVERS.writeTo(directory.resolve("servers.pem"));
        write(SERVERS.issue("first"));
    }

    private void write(Issued issued) {
        issued.writeKey(key);
        issued.writeCertificate(certificate);
    }

    private ServerTls tls;
    private RequestApi api;

    @AfterEach
    void stop() {
        api.close();
        tls.close();
    }

    private void start(TlsFiles files, RequestApiConfig.Bounds bounds) throws Exception {
        tls = ServerTls.open(files.checkedEvery(Duration.ofMillis(50)), registry);
        api = RequestApi.start(
                RequestApiConfig.standard("127.0.0.1", 0, 0).with(bounds).with(tls),
                DataPlane.open(new ScriptedAdmissions()),
                registry);
    }

    private void start() throws Exception {
        start(TlsFiles.of(certificate, key), RequestApiConfig.Bounds.standard());
    }

    private void start(ClientAuth clientAuth) throws Exception {
        Path callers = CALLERS.writeTo(directory.resolve("callers.pem"));
        start(TlsFiles.of(certificate, key).asking(callers, clientAuth), RequestApiConfig.Bounds.standard());
    }

    private SSLContext trusting() throws Exception {
        return ClientTls.context(serversPem, null, null);
    }

    private SSLContext showing(TestAuthority authority) throws Exception {
        Issued own = authority.issue("caller");
        return ClientTls.context(
                serversPem,
                own.writeCertificate(directory.resolve("caller.crt")),
                own.writeKey(directory.resolve("caller.key")));
    }

    private static HttpResponse<String> ask(SSLContext context, int port, String path) throws Exception {
        HttpClient client = HttpClient.newBuilder().sslContext(context).build();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + path))
                .timeout(WITHIN);
        if (path.startsWith("/v1")) {
            request.header("content-type", "application/json").POST(HttpRequest.BodyPublishers.ofString(BODY));
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void shouldAnswer_whenTheCallerTrustsTheAuthority(String protocol) throws Exception {
        // Given
        start();
        SSLParameters only = new SSLParameters();
        only.setProtocols(new String[] {protocol});
        HttpClient client = HttpClient.newBuilder()
                .sslContext(trusting())
                .sslParameters(only)
                .build();
        URI url = URI.create("https://localhost:" + api.dataPort() + "/v1/admissions");

        // When
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(url)
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(BODY))
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("\"verdict\":\"allow\"");
        assertThat(response.sslSession().orElseThrow().getProtocol()).isEqualTo(protocol);
        assertThat(ask(trusting(), api.adminPort(), "/readyz").statusCode()).isEqualTo(200);
        assertThat(ask(trusting(), api.adminPort(), "/metrics").body())
                .contains("sluice_tls_certificate_expiry_seconds 3.1")
                .contains("sluice_tls_files_refused 0.0")
                .contains("sluice_tls_reloads_total{outcome=\"refused\"} 0.0");
    }

    @Test
    void shouldTellWhatIsWrong_whenSomebodyComesWithoutTls() throws Exception {
        // Given
        start();

        // When
        HttpResponse<String> response = new ApiCaller(api.dataPort()).post("/v1/admissions", BODY);
        String probe =
                new ApiCaller(api.adminPort()).raw("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        // Then
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(response.body()).contains("this port speaks TLS only (expected: https)");
        assertThat(probe).startsWith("HTTP/1.1 400").contains("expected: https");
    }

    @Test
    void shouldKeepConnectionsAndShowTheNewCertificate_whenTheFilesChange() throws Exception {
        // Given
        start();
        try (SSLSocket kept = connect()) {
            assertThat(post(kept)).startsWith("HTTP/1.1 200");
            assertThat(shown(kept)).isEqualTo("CN=first");

            // When
            write(SERVERS.issue("second"));

            // Then
            await().atMost(WITHIN).until(() -> {
                try (SSLSocket fresh = connect()) {
                    return shown(fresh).equals("CN=second");
                }
            });
            assertThat(post(kept)).startsWith("HTTP/1.1 200");
            assertThat(shown(kept)).isEqualTo("CN=first");
        }
    }

    private SSLSocket connect() throws Exception {
        SSLSocket socket = (SSLSocket)
                trusting().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), api.dataPort());
        socket.setSoTimeout((int) WITHIN.toMillis());
        socket.startHandshake();
        return socket;
    }

    private static String shown(SSLSocket socket) throws SSLException {
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                .getSubjectX500Principal()
                .getName();
    }

    private static String post(SSLSocket socket) throws IOException {
        String request = RawConnection.post("/v1/admissions", BODY);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            answer.append((char) socket.getInputStream().read());
        }
        String head = answer.toString();
        String length = head.replaceAll("(?is).*content-length: *(\\d+).*", "$1");
        return head + new String(socket.getInputStream().readNBytes(Integer.parseInt(length)), StandardCharsets.UTF_8);
    }

    @Test
    void shouldRefuseTheHandshake_whenACertificateIsRequiredAndNoneIsShown() throws Exception {
        // Given
        start(ClientAuth.REQUIRED);

        // When / Then
        assertThat(ask(showing(CALLERS), api.dataPort(), "/v1/admissions").statusCode())
                .isEqualTo(200);
        assertThatThrownBy(() -> ask(trusting(), api.dataPort(), "/v1/admissions"))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> ask(showing(FORGERS), api.adminPort(), "/healthz"))
                .isInstanceOf(IOException.class);
    }

    @Test
    void shouldTakeCallersWithoutCertificate_whenItIsOptional() throws Exception {
        // Given
        start(ClientAuth.OPTIONAL);

        // When / Then
        assertThat(ask(trusting(), api.adminPort(), "/healthz").statusCode()).isEqualTo(200);
        assertThat(ask(showing(CALLERS), api.adminPort(), "/healthz").statusCode())
                .isEqualTo(200);
        assertThatThrownBy(() -> ask(showing(FORGERS), api.adminPort(), "/healthz"))
                .isInstanceOf(IOException.class);
    }

    @Test
    void shouldBoundConnectionsThatSayNothing_whenTheyHaveNotEvenBegunTls() throws Exception {
        // Given
        start(
                TlsFiles.of(certificate, key),
                RequestApiConfig.Bounds.standard()
                        .withConnectionsMax(10)
                        .with(new RequestApiConfig.Patience(60_000, 600, 10_000, 10_000)));
        RawConnection[] silent = new RawConnection[12];

        // When
        for (int i = 0; i < silent.length; i++) {
            silent[i] = new RawConnection(api.dataPort());
        }

        // Then: two find no room, the others are too slow
        await().atMost(WITHIN)
                .until(() -> registry.get("sluice.http.connections.closed")
                                .tag("port", "data")
                                .tag("cause", "slow-head")
                                .counter()
                                .count()
                        == 10);
        assertThat(registry.get("sluice.http.connections.closed")
                        .tag("port", "data")
                        .tag("cause", "crowded")
                        .counter()
                        .count())
                .isEqualTo(2);
        for (RawConnection each : silent) {
            assertThat(each.readAll()).isEmpty();
            each.close();
        }
        assertThat(ask(trusting(), api.dataPort(), "/healthz").statusCode()).isEqualTo(200);
    }

    @Test
    void shouldCloseTheConnection_whenTheHandshakeNeverEnds() throws Exception {
        // Given
        start(
                TlsFiles.of(certificate, key),
                RequestApiConfig.Bounds.standard().with(new RequestApiConfig.Patience(60_000, 600, 10_000, 10_000)));

        // When: the head of a record of which nothing more comes
        try (RawConnection slow = new RawConnection(api.dataPort())) {
            slow.send(new byte[] {0x16, 3, 1, 1, 0});

            // Then
            assertThat(slow.readAll()).isNotNull();
            assertThat(registry.get("sluice.http.connections.closed")
                            .tag("port", "data")
                            .tag("cause", "slow-head")
                            .counter()
                            .count())
                    .isEqualTo(1);
        }
    }

    @Test
    void shouldCloseTheConnection_whenNobodyReadsTheAnswer() throws Exception {
        // Given
        start(
                TlsFiles.of(certificate, key),
                RequestApiConfig.Bounds.standard().with(new RequestApiConfig.Patience(60_000, 10_000, 10_000, 600)));
        try (SSLSocket deaf = connect()) {
            byte[] request = RawConnection.head("GET", "/openapi.yaml").getBytes(StandardCharsets.UTF_8);

            // When
            Thread asks = new Thread(() -> askForEver(deaf, request), "asks");
            asks.start();

            // Then
            await().atMost(WITHIN)
                    .until(() -> registry.get("sluice.http.connections.closed")
                                    .tag("port", "data")
                                    .tag("cause", "slow-reader")
                                    .counter()
                                    .count()
                            == 1);
            asks.join();
        }
    }

    private static void askForEver(SSLSocket deaf, byte[] request) {
        try {
            while (true) {
                deaf.getOutputStream().write(request);
            }
        } catch (IOException e) {
            // The server has closed the connection, which is what the test waits for.
            assertThat(e).isNotNull();
        }
    }
}
