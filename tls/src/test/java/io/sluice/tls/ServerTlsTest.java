package io.sluice.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.testkit.tls.TestAuthority;
import io.sluice.testkit.tls.TestAuthority.Algorithm;
import io.sluice.testkit.tls.TestAuthority.Issued;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** The PEM files of a port: read at the start, and again whenever they change. */
final class ServerTlsTest {
    private static final Duration WITHIN = Duration.ofSeconds(30);
    private static final TestAuthority AUTHORITY = TestAuthority.create("test CA");

    @TempDir
    private Path directory;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private Path certificate;
    private Path key;

    @BeforeEach
    void listen() {
        certificate = directory.resolve("tls.crt");
        key = directory.resolve("tls.key");
        lines.start();
        logger().addAppender(lines);
        logger().setLevel(Level.INFO);
    }

    @AfterEach
    void stopListening() {
        logger().detachAppender(lines);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(ServerTls.class);
    }

    private void write(Issued issued) {
        issued.writeKey(key);
        issued.writeCertificate(certificate);
    }

    private ServerTls open() throws TlsException {
        return ServerTls.open(TlsFiles.of(certificate, key).checkedEvery(Duration.ofMillis(50)), registry);
    }

    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void shouldShowItsCertificate_whateverTheKeyIs(Algorithm algorithm) throws Exception {
        // Given
        write(AUTHORITY.issue("first", algorithm, Duration.ofDays(10)));

        // When
        try (ServerTls tls = open()) {
            // Then
            assertThat(shown(tls)).isEqualTo("CN=first");
            assertThat(registry.get("sluice.tls.certificate.expiry").gauge().value())
                    .isBetween(10 * 86_400.0 - 600, 10 * 86_400.0);
            assertThat(tls.cipherSuites()).contains("TLS_AES_128_GCM_SHA256").allMatch(suite -> !suite.contains("CBC"));
        }
    }

    @Test
    void shouldShowTheNewCertificate_whenTheFilesChange() throws Exception {
        // Given
        write(AUTHORITY.issue("first"));
        try (ServerTls tls = open()) {
            AtomicReference<SSLContext> fed = new AtomicReference<>();
            tls.feed(fed::set);
            SSLContext before = fed.get();

            // When
            write(AUTHORITY.issue("second", Algorithm.RSA, Duration.ofDays(1)));

            // Then
            await().atMost(WITHIN).until(() -> reloads("replaced") > 0);
            assertThat(fed.get()).isNotSameAs(before);
            assertThat(shown(tls)).isEqualTo("CN=second");
            assertThat(registry.get("sluice.tls.files.refused").gauge().value()).isZero();
        }
    }

    @Test
    void shouldTryAgain_whenAPortDoesNotTakeTheNewCertificate() throws Exception {
        // Given a port that fails at first, and one behind it
        write(AUTHORITY.issue("first"));
        try (ServerTls tls = open()) {
            AtomicInteger failures = new AtomicInteger(3);
            AtomicReference<SSLContext> taken = new AtomicReference<>();
            tls.feed(context -> {
                if (taken.getAndSet(context) != null && failures.getAndDecrement() > 0) {
                    throw new IllegalStateException("reload failed");
                }
            });
            AtomicReference<SSLContext> behind = new AtomicReference<>();
            tls.feed(behind::set);
            SSLContext before = behind.get();

            // When
            write(AUTHORITY.issue("second"));

            // Then
            await().atMost(WITHIN).until(() -> reloads("replaced") > 0);
            assertThat(failures.get()).isNegative();
            assertThat(reloads("refused")).isEqualTo(1);
            assertThat(behind.get()).isNotSameAs(before).isSameAs(taken.get());
            assertThat(registry.get("sluice.tls.files.refused").gauge().value()).isZero();
        }
    }

    @Test
    void shouldKeepTheOldCertificateAndSaySoOnce_whenTheNewFilesAreBroken() throws Exception {
        // Given
        Issued first = AUTHORITY.issue("first");
        write(first);
        try (ServerTls tls = open()) {
            // When
            Files.writeString(certificate, "not a certificate");

            // Then
            await().atMost(WITHIN)
                    .until(() ->
                            registry.get("sluice.tls.files.refused").gauge().value() == 1);
            assertThat(shown(tls)).isEqualTo("CN=first");
            assertThat(reloads("refused")).isEqualTo(1);

            // When
            first.writeCertificate(certificate);

            // Then
            await().atMost(WITHIN)
                    .until(() ->
                            registry.get("sluice.tls.files.refused").gauge().value() == 0);
            assertThat(lines.list)
                    .filteredOn(line -> line.getLevel() == Level.ERROR)
                    .singleElement()
                    .asString()
                    .contains("TLS certificate: file " + certificate + ": no certificate (expected: PEM")
                    .contains("the certificate from before stays in use");
            assertThat(lines.list).last().asString().contains("TLS files again hold the certificate that is in use");
        }
    }

    @Test
    void shouldKeepTheOldCertificate_whenAFileDisappears() throws Exception {
        // Given
        write(AUTHORITY.issue("first"));
        try (ServerTls tls = open()) {
            // When
            Files.delete(key);

            // Then
            await().atMost(WITHIN).until(() -> reloads("refused") == 1);
            assertThat(lines.list).last().asString().contains("TLS key: file " + key + " is missing");
            assertThat(shown(tls)).isEqualTo("CN=first");
        }
    }

    @Test
    void shouldNameBothFiles_whenTheKeyIsOfAnotherCertificate() {
        // Given
        AUTHORITY.issue("first").writeCertificate(certificate);
        AUTHORITY.issue("second").writeKey(key);

        // When / Then
        assertThatThrownBy(this::open)
                .isInstanceOf(TlsException.class)
                .hasMessage("TLS key: file " + key + " does not belong to the certificate in " + certificate
                        + " (expected: the private key of CN=first)");
    }

    @Test
    void shouldNameBothFiles_whenTheKeyIsOfAnotherAlgorithm() {
        // Given
        AUTHORITY.issue("first").writeCertificate(certificate);
        AUTHORITY.issue("second", Algorithm.RSA, Duration.ofDays(1)).writeKey(key);

        // When / Then
        assertThatThrownBy(this::open).hasMessageContaining("does not belong to the certificate in " + certificate);
    }

    @Test
    void shouldSayHowToConvert_whenTheKeyIsNotPkcs8() throws IOException {
        // Given
        Issued issued = AUTHORITY.issue("first");
        issued.writeCertificate(certificate);
        Files.writeString(key, issued.key().replace("PRIVATE KEY", "EC PRIVATE KEY"));

        // When / Then
        assertThatThrownBy(this::open)
                .hasMessage("TLS key: file " + key + ": EC PRIVATE KEY (expected: PRIVATE KEY, which is PKCS#8 without"
                        + " a password; convert it: openssl pkcs8 -topk8 -nocrypt)");
    }

    @Test
    void shouldQuoteNothing_whenTheKeyIsDamaged() throws IOException {
        // Given
        Issued issued = AUTHORITY.issue("first");
        issued.writeCertificate(certificate);
        Files.writeString(key, "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");

        // When / Then
        assertThatThrownBy(this::open)
                .hasMessage("TLS key: file " + key + ": not a key that Java can read (expected: EC, RSA, Ed25519 or"
                        + " Ed448)")
                .hasNoCause();
    }

    @Test
    void shouldRefuseAChain_whoseOrderIsWrong() throws IOException {
        // Given
        Issued issued = AUTHORITY.issue("first");
        issued.writeKey(key);
        Files.writeString(
                certificate, issued.certificate() + AUTHORITY.issue("second").certificate());

        // When / Then
        assertThatThrownBy(this::open)
                .hasMessageContaining(
                        "certificate 2 (CN=second) did not issue certificate 1 (expected: the port's own");
    }

    @Test
    void shouldServeAnExpiredCertificate_andSaySo() throws Exception {
        // Given
        write(AUTHORITY.issue("old", Algorithm.EC, Duration.ofDays(-2)));

        // When
        try (ServerTls tls = open()) {
            // Then
            assertThat(registry.get("sluice.tls.certificate.expiry").gauge().value())
                    .isBetween(-2 * 86_400.0 - 600, -2 * 86_400.0 + 600);
            assertThat(tls.engine().getUseClientMode()).isFalse();
            assertThat(lines.list).singleElement().asString().contains("[WARN] TLS certificate CN=old of");
        }
    }

    @Test
    void shouldRefuseAuthorities_thatNobodyAsksFor() {
        assertThatThrownBy(() -> TlsFiles.of(certificate, key).asking(certificate, ClientAuth.OFF))
                .hasMessageContaining("clientAuth: OFF with authorities (expected: ");
    }

    private double reloads(String outcome) {
        return registry.get("sluice.tls.reloads")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    /** The certificate that a caller sees who trusts the authority. */
    private String shown(ServerTls tls) throws Exception {
        AtomicReference<SSLContext> context = new AtomicReference<>();
        tls.feed(context::set);
        SSLContext caller = ClientTls.context(AUTHORITY.writeTo(directory.resolve("ca.pem")), null, null);
        try (SSLServerSocket server = (SSLServerSocket)
                context.get().getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread answering = new Thread(() -> answer(server));
            answering.start();
            try (SSLSocket socket = (SSLSocket)
                    caller.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), server.getLocalPort())) {
                socket.startHandshake();
                X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
                return shown.getSubjectX500Principal().getName();
            } finally {
                answering.join();
            }
        }
    }

    private static void answer(SSLServerSocket server) {
        try (SSLSocket socket = (SSLSocket) server.accept()) {
            socket.startHandshake();
            // Until the caller has gone.
            assertThat(socket.getInputStream().read()).isNegative();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
