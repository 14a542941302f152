package io.sluice.tls;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The TLS settings of a caller, from PEM files. */
public final class ClientTls {
    private ClientTls() {}

    /**
     * The context of a caller.
     *
     * @param authorities who may have issued the server's certificate; null for those that Java knows
     * @param certificate the caller's own, then its issuers; null for none
     * @param key the private key of the certificate; null for none
     * @throws TlsException if a file cannot be used, or a certificate comes without key
     */
    public static SSLContext context(@Nullable Path authorities, @Nullable Path certificate, @Nullable Path key)
            throws TlsException {
        if (certificate == null && key != null || certificate != null && key == null) {
            throw new TlsException(
                    "client certificate: " + certificate + " with key: " + key + " (expected: both files, or none)");
        }
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    certificate == null || key == null
                            ? null
                            : KeyStores.keyManagers(
                                    PemFile.read("client certificate", certificate), PemFile.read("client key", key)),
                    authorities == null
                            ? null
                            : KeyStores.trustManagers(PemFile.read("certificate authorities", authorities)),
                    null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new TlsException("certificates cannot be used: " + e.getMessage(), e);
        }
    }
}
