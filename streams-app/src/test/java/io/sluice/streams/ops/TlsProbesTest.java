package io.sluice.streams.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.testkit.tls.TestAuthority;
import io.sluice.testkit.tls.TestAuthority.Algorithm;
import io.sluice.testkit.tls.TestAuthority.Issued;
import io.sluice.tls.ClientAuth;
import io.sluice.tls.ClientTls;
import io.sluice.tls.ServerTls;
import io.sluice.tls.TlsFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The probes of a streams app with TLS: real handshakes over channels that never block. */
final class TlsProbesTest {
    /** Far more than one TLS record, and than a socket's buffers. */
    private static final String METRICS = "sluice_something 1.0\n".repeat(50_000);

    private static final Duration WITHIN = Duration.ofSeconds(30);
    private static final TestAuthority SERVERS = TestAuthority.create("servers");
    private static final TestAuthority CALLERS = TestAuthority.create("callers");

    @TempDir
    private Path directory;

    private final List<Socket> open = new ArrayList<>();
    private Path certificate;
    private Path key;
    private ServerTls tls;
    private ProbeServer server;

    @BeforeEach
    void write() {
        certificate = directory.resolve("tls.crt");
        key = directory.resolve("tls.key");
    }

    private void start(Algorithm algorithm, ClientAuth clientAuth) throws Exception {
        write(SERVERS.issue("first", algorithm, Duration.ofDays(1)));
        TlsFiles files = TlsFiles.of(certificate, key).checkedEvery(Duration.ofMillis(50));
        tls = ServerTls.open(
                clientAuth == ClientAuth.OFF
                        ? files
                        : files.asking(CALLERS.writeTo(directory.resolve("callers.pem")), clientAuth),
                new SimpleMeterRegistry());
        server = ProbeServer.start(new InetSocketAddress("127.0.0.1", 0), new Well(), () -> METRICS, tls);
    }

    private void write(Issued issued) {
        issued.writeKey(key);
        issued.writeCertificate(certificate);
    }

    /** An app that is well. */
    private static final class Well implements ProbeServer.Health {
        @Override
        public ProbeAnswer alive() {
            return ProbeAnswer.OK;
        }

        @Override
        public ProbeAnswer ready() {
            return ProbeAnswer.OK;
        }

        @Override
        public ProbeAnswer standbys() {
            return ProbeAnswer.OK;
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (Socket each : open) {
            each.close();
        }
        server.close();
        tls.close();
    }

    private SSLContext trusting() throws Exception {
        return ClientTls.context(SERVERS.writeTo(directory.resolve("servers.pem")), null, null);
    }

    private HttpResponse<String> ask(SSLContext context, String protocol, String path) throws Exception {
        SSLParameters only = new SSLParameters();
        only.setProtocols(new String[] {protocol});
        return HttpClient.newBuilder()
                .sslContext(context)
                .sslParameters(only)
                .build()
                .send(
                        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + path))
                                .timeout(WITHIN)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.3,EC", "TLSv1.3,ED25519", "TLSv1.2,RSA", "TLSv1.2,EC"})
    void shouldAnswer_whenTheCallerTrustsTheAuthority(String protocol, Algorithm algorithm) throws Exception {
        // Given
        start(algorithm, ClientAuth.OFF);

        // When / Then
        assertThat(ask(trusting(), protocol, "/healthz").body()).isEqualTo("{\"status\":\"up\"}");
        assertThat(ask(trusting(), protocol, "/readyz?standbys").statusCode()).isEqualTo(200);
        assertThat(ask(trusting(), protocol, "/nothing").statusCode()).isEqualTo(404);
        assertThat(ask(trusting(), protocol, "/metrics").body()).isEqualTo(METRICS);
    }

    @Test
    void shouldTellWhatIsWrong_whenSomebodyComesWithoutTls() throws Exception {
        // Given
        start(Algorithm.EC, ClientAuth.OFF);

        // When
        String answer = new String(
                connect("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
                        .getInputStream()
                        .readAllBytes(),
                StandardCharsets.UTF_8);

        // Then
        assertThat(answer)
                .startsWith("HTTP/1.1 400 Bad Request\r\n")
                .endsWith("\"status\":400,\"detail\":\"this port speaks TLS only (expected: https)\"}");
    }

    private Socket connect(String bytes) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout((int) WITHIN.toMillis());
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        open.add(socket);
        return socket;
    }

    @Test
    void shouldReadAHead_thatComesByteByByteOrIsLongerThanItsBuffer() throws Exception {
        // Given
        start(Algorithm.EC, ClientAuth.OFF);

        // When
        SSLSocket slow = handshaken();
        for (char each : "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".toCharArray()) {
            slow.getOutputStream().write(each);
        }
        SSLSocket wordy = handshaken();
        wordy.getOutputStream()
                .write(("GET /healthz HTTP/1.1\r\nX: " + "x".repeat(12_000) + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));

        // Then
        assertThat(all(slow)).startsWith("HTTP/1.1 200");
        assertThat(all(wordy)).startsWith("HTTP/1.1 431");
    }

    private SSLSocket handshaken() throws Exception {
        SSLSocket socket =
                (SSLSocket) trusting().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout((int) WITHIN.toMillis());
        socket.startHandshake();
        open.add(socket);
        return socket;
    }

    /** Until TLS says that this is all. */
    private static String all(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void shouldShowTheNewCertificate_whenTheFilesChange() throws Exception {
        // Given
        start(Algorithm.EC, ClientAuth.OFF);
        SSLSocket before = handshaken();

        // When
        write(SERVERS.issue("second"));

        // Then
        await().atMost(WITHIN).until(() -> shown(handshaken()).equals("CN=second"));
        before.getOutputStream().write("GET /healthz HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(all(before)).startsWith("HTTP/1.1 200");
        assertThat(shown(before)).isEqualTo("CN=first");
    }

    private static String shown(SSLSocket socket) throws IOException {
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                .getSubjectX500Principal()
                .getName();
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.3", "TLSv1.2"})
    void shouldRefuseTheHandshakeAndSayWhy_whenACertificateIsRequiredAndNoneIsShown(String protocol) throws Exception {
        // Given
        start(Algorithm.EC, ClientAuth.REQUIRED);
        Issued own = CALLERS.issue("caller");
        SSLContext showing = ClientTls.context(
                SERVERS.writeTo(directory.resolve("servers.pem")),
                own.writeCertificate(directory.resolve("caller.crt")),
                own.writeKey(directory.resolve("caller.key")));

        // When / Then
        assertThat(ask(showing, protocol, "/healthz").statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> ask(trusting(), protocol, "/healthz"))
                .isInstanceOf(SSLHandshakeException.class)
                .hasMessageContaining("certificate");
    }

    @Test
    void shouldAnswer_whenOthersBreakTlsOrSayNothing() throws Exception {
        // Given
        start(Algorithm.EC, ClientAuth.OFF);
        for (int i = 0; i < 10; i++) {
            connect("");
            connect("\u0016");
            connect("\u0016\u0003\u0001\u0000\u0005hello");
            connect("\u0016\u0003\u0003\u00ff\u00ff" + "x".repeat(5_000));
            handshaken().getOutputStream().write("GET /metrics HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }

        // When / Then
        for (int i = 0; i < 3; i++) {
            assertThat(ask(trusting(), "TLSv1.3", "/healthz").statusCode()).isEqualTo(200);
        }
    }
}
