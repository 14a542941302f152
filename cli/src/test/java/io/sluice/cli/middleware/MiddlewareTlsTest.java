package io.sluice.cli.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.middleware.HttpAdmissions;
import io.sluice.middleware.HttpAdmissionsConfig;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.testkit.tls.TestAuthority;
import io.sluice.tls.ClientTls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client of the middleware at a port that asks for a certificate. */
final class MiddlewareTlsTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create("sluice-test");
    private static final byte[] ALLOW =
            "{\"decisionId\":\"0-5\",\"recordedIn\":\"decision\",\"verdict\":\"allow\",\"limits\":[]}"
                    .getBytes(StandardCharsets.UTF_8);
    private static final long PATIENCE_MILLIS = 20_000;

    @TempDir
    private Path directory;

    private Path authority;
    private HttpsServer server;

    @BeforeEach
    void start() throws Exception {
        authority = AUTHORITY.writeTo(directory.resolve("ca.pem"));
        SSLContext context = showing(AUTHORITY.issue("sluice"), "server");
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters asking = context.getDefaultSSLParameters();
                asking.setNeedClientAuth(true);
                parameters.setSSLParameters(asking);
            }
        });
        server.createContext("/v1/admissions", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("content-type", "application/json");
            exchange.sendResponseHeaders(200, ALLOW.length);
            exchange.getResponseBody().write(ALLOW);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void shouldGetVerdicts_whenBothSidesAreTrusted() throws Exception {
        // Given
        SSLContext trusted = showing(AUTHORITY.issue("orders"), "orders");

        // When / Then
        assertThat(answer(config().withTls(trusted)).orNull()).isNotNull().matches(AdmissionVerdict::allowed);
    }

    @Test
    void shouldGetNone_whenASideIsNotTrusted() throws Exception {
        // Given: no certificate, one of somebody else, and a server that the JDK does not know
        SSLContext without = ClientTls.context(authority, null, null);
        SSLContext foreign = showing(TestAuthority.create("other").issue("orders"), "foreign");

        // When / Then
        assertThat(answer(config().withTls(without))).isInstanceOf(Answer.Unavailable.class);
        assertThat(answer(config().withTls(foreign))).isInstanceOf(Answer.Unavailable.class);
        assertThat(answer(config())).isInstanceOf(Answer.Unavailable.class);
    }

    private SSLContext showing(TestAuthority.Issued issued, String name) throws Exception {
        return ClientTls.context(
                authority,
                issued.writeCertificate(directory.resolve(name + ".pem")),
                issued.writeKey(directory.resolve(name + ".key")));
    }

    private HttpAdmissionsConfig config() {
        return HttpAdmissionsConfig.of(
                "https://127.0.0.1:" + server.getAddress().getPort());
    }

    private static Answer<AdmissionVerdict> answer(HttpAdmissionsConfig config) throws Exception {
        try (HttpAdmissions admissions = HttpAdmissions.of(config)) {
            return admissions
                    .admit(AdmissionRequest.of("acme/alice").build(), PATIENCE_MILLIS)
                    .get();
        }
    }
}
