package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.testkit.tls.TestAuthority;
import io.sluice.testkit.tls.TestAuthority.Issued;
import io.sluice.tls.ClientAuth;
import io.sluice.tls.ServerTls;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

final class TlsOptionsTest {
    @TempDir
    private Path directory;

    private String certificate;
    private String key;

    @Command
    private static final class Any {
        @Mixin
        private TlsOptions options = new TlsOptions();
    }

    @BeforeEach
    void write() {
        TestAuthority authority = TestAuthority.create("any");
        Issued issued = authority.issue("port");
        certificate = issued.writeCertificate(directory.resolve("tls.crt")).toString();
        key = issued.writeKey(directory.resolve("tls.key")).toString();
    }

    private static ServerTls opened(Shutdown shutdown, String... arguments) throws CommandFailure {
        Any any = new Any();
        new CommandLine(any).parseArgs(arguments);
        return any.options.open(new SimpleMeterRegistry(), shutdown);
    }

    @Test
    void shouldSpeakPlainHttp_whenNothingIsSaid() throws CommandFailure {
        try (Shutdown shutdown = new Shutdown()) {
            assertThat(opened(shutdown)).isNull();
            assertThat(opened(shutdown, "--tls-client-auth", "off")).isNull();
        }
    }

    @Test
    void shouldRequireCertificatesOfCallers_whenOnlyTheirAuthoritiesAreGiven() throws CommandFailure {
        try (Shutdown shutdown = new Shutdown()) {
            assertThat(opened(shutdown, "--tls-cert", certificate, "--tls-key", key)
                            .clientAuth())
                    .isEqualTo(ClientAuth.OFF);
            assertThat(opened(shutdown, "--tls-cert", certificate, "--tls-key", key, "--tls-client-ca", certificate)
                            .clientAuth())
                    .isEqualTo(ClientAuth.REQUIRED);
            assertThat(opened(
                                    shutdown,
                                    "--tls-cert",
                                    certificate,
                                    "--tls-key",
                                    key,
                                    "--tls-client-ca",
                                    certificate,
                                    "--tls-client-auth",
                                    "optional")
                            .clientAuth())
                    .isEqualTo(ClientAuth.OPTIONAL);
        }
    }

    @Test
    void shouldSayWhatIsMissing_whenOptionsContradictEachOther() {
        try (Shutdown shutdown = new Shutdown()) {
            assertThatThrownBy(() -> opened(shutdown, "--tls-cert", certificate))
                    .hasMessage("TLS: certificate: " + certificate
                            + ", key: null (expected: both --tls-cert and --tls-key, or none)");
            assertThatThrownBy(() -> opened(shutdown, "--tls-client-ca", certificate))
                    .hasMessageStartingWith("TLS: callers' certificates without TLS (expected: ");
            assertThatThrownBy(() -> opened(
                            shutdown, "--tls-cert", certificate, "--tls-key", key, "--tls-client-auth", "required"))
                    .hasMessage("TLS: client auth: required without authorities (expected: --tls-client-ca)");
            assertThatThrownBy(() -> opened(shutdown, "--tls-client-auth", "maybe"))
                    .hasMessage("TLS: client auth: maybe (expected: off, optional or required)");
        }
    }
}
