package io.sluice.cli.admin;

import io.sluice.cli.CommandFailure;
import io.sluice.tls.ClientTls;
import io.sluice.tls.TlsException;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options with which a command verifies an https server, and identifies itself. */
public final class CallerTlsOptions {
    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            defaultValue = "${env:SLUICE_CA_FILE}",
            description = "Authorities that the certificate of an https server may come from, PEM (or $SLUICE_CA_FILE;"
                    + " default: those that Java knows).")
    private @Nullable Path authorities;

    @Option(
            names = "--client-cert",
            paramLabel = "FILE",
            defaultValue = "${env:SLUICE_CLIENT_CERT_FILE}",
            description = "Certificate to show to an https server, PEM (or $SLUICE_CLIENT_CERT_FILE).")
    private @Nullable Path certificate;

    @Option(
            names = "--client-key",
            paramLabel = "FILE",
            defaultValue = "${env:SLUICE_CLIENT_KEY_FILE}",
            description = "Private key of that certificate, PKCS#8 in PEM (or $SLUICE_CLIENT_KEY_FILE).")
    private @Nullable Path key;

    /** The TLS settings for https connections; null for Java's own. */
    public @Nullable SSLContext read() throws CommandFailure {
        if (authorities == null && certificate == null && key == null) {
            return null;
        }
        try {
            return ClientTls.context(authorities, certificate, key);
        } catch (TlsException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }
}
