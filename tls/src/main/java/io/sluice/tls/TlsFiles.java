package io.sluice.tls;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The files of a port, all of them PEM.
 *
 * @param certificate the certificate of the port, then its issuers in their order
 * @param key its private key, PKCS#8
 * @param clientCa the authorities whose certificates callers may show; null if callers are not asked
 * @param clientAuth whether callers are asked
 * @param checkEvery pause between two looks at the files
 */
public record TlsFiles(
        Path certificate, Path key, @Nullable Path clientCa, ClientAuth clientAuth, Duration checkEvery) {
    public static final Duration CHECK_EVERY = Duration.ofSeconds(5);

    public TlsFiles {
        if ((clientCa == null) != (clientAuth == ClientAuth.OFF)) {
            throw new IllegalArgumentException("clientAuth: " + clientAuth + (clientCa == null ? " without" : " with")
                    + " authorities (expected: authorities for OPTIONAL and REQUIRED only)");
        }
        if (checkEvery.isNegative() || checkEvery.isZero()) {
            throw new IllegalArgumentException("checkEvery: " + checkEvery + " (expected: above 0)");
        }
    }

    /** A port that asks no caller for a certificate. */
    public static TlsFiles of(Path certificate, Path key) {
        return new TlsFiles(certificate, key, null, ClientAuth.OFF, CHECK_EVERY);
    }

    /** The same port, which asks callers for certificates of these authorities. */
    public TlsFiles asking(Path newClientCa, ClientAuth newClientAuth) {
        return new TlsFiles(certificate, key, newClientCa, newClientAuth, checkEvery);
    }

    public TlsFiles checkedEvery(Duration newCheckEvery) {
        return new TlsFiles(certificate, key, clientCa, clientAuth, newCheckEvery);
    }
}
