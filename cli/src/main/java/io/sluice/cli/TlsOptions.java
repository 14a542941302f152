package io.sluice.cli;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.tls.ClientAuth;
import io.sluice.tls.ServerTls;
import io.sluice.tls.TlsException;
import io.sluice.tls.TlsFiles;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** TLS on the ports of a server: all of them, or none. */
public final class TlsOptions {
    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            defaultValue = "${env:SLUICE_TLS_CERT_FILE}",
            description = "Use TLS on every port, with the certificate in this file, followed by its issuers, PEM; "
                    + "read again when it changes (or $SLUICE_TLS_CERT_FILE).")
    private @Nullable Path certificate;

    @Option(
            names = "--tls-key",
            paramLabel = "FILE",
            defaultValue = "${env:SLUICE_TLS_KEY_FILE}",
            description = "The private key of the certificate, PKCS#8 in PEM (or $SLUICE_TLS_KEY_FILE).")
    private @Nullable Path key;

    @Option(
            names = "--tls-client-ca",
            paramLabel = "FILE",
            defaultValue = "${env:SLUICE_TLS_CLIENT_CA_FILE}",
            description = "Ask callers for a certificate of one of these authorities, PEM (or"
                    + " $SLUICE_TLS_CLIENT_CA_FILE).")
    private @Nullable Path clientCa;

    @Option(
            names = "--tls-client-auth",
            paramLabel = "off|optional|required",
            defaultValue = "${env:SLUICE_TLS_CLIENT_AUTH}",
            description = "Whether callers need a certificate: off, optional or required (or $SLUICE_TLS_CLIENT_AUTH;"
                    + " default: required with --tls-client-ca, else off).")
    private @Nullable String clientAuth;

    /**
     * The files, read now and from then on read again; null for HTTP without TLS.
     *
     * @param shutdown ends the reading
     * @throws CommandFailure if the options contradict each other, or a file cannot be used
     */
    public @Nullable ServerTls open(MeterRegistry registry, Shutdown shutdown) throws CommandFailure {
        TlsFiles files = files();
        try {
            return files == null ? null : shutdown.add(ServerTls.open(files, registry));
        } catch (TlsException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }

    /** The address of a port, as callers write it. */
    public static String url(@Nullable ServerTls secured, String host, int port) {
        return (secured == null ? "http://" : "https://") + host + ":" + port;
    }

    private @Nullable TlsFiles files() throws CommandFailure {
        ClientAuth asked = asked();
        if (certificate == null && key == null) {
            if (clientCa != null || asked != ClientAuth.OFF) {
                throw new CommandFailure("TLS: callers' certificates without TLS (expected: --tls-cert and --tls-key,"
                        + " or no --tls-client-ca)");
            }
            return null;
        }
        if (certificate == null || key == null) {
            throw new CommandFailure("TLS: certificate: " + certificate + ", key: " + key
                    + " (expected: both --tls-cert and --tls-key, or none)");
        }
        TlsFiles files = TlsFiles.of(certificate, key);
        if (asked == ClientAuth.OFF) {
            return files;
        }
        if (clientCa == null) {
            throw new CommandFailure("TLS: client auth: " + asked.name().toLowerCase(Locale.ROOT)
                    + " without authorities (expected: --tls-client-ca)");
        }
        return files.asking(clientCa, asked);
    }

    private ClientAuth asked() throws CommandFailure {
        if (clientAuth == null) {
            return clientCa == null ? ClientAuth.OFF : ClientAuth.REQUIRED;
        }
        return switch (clientAuth) {
            case "off" -> ClientAuth.OFF;
            case "optional" -> ClientAuth.OPTIONAL;
            case "required" -> ClientAuth.REQUIRED;
            default ->
                throw new CommandFailure("TLS: client auth: " + clientAuth + " (expected: off, optional or required)");
        };
    }
}
