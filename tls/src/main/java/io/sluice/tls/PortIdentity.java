package io.sluice.tls;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The certificate and key of a port, and the authorities of its callers, as the files had them at one moment.
 *
 * @param context a new one for each identity, so that no session of an earlier one is resumed
 */
record PortIdentity(Contents contents, SSLContext context, List<X509Certificate> chain) {
    /** The files of a port as they were at one moment. */
    record Contents(
            PemFile certificate, PemFile key, @Nullable PemFile clientCa) {
        static Contents read(TlsFiles files) throws TlsException {
            return new Contents(
                    PemFile.read("TLS certificate", files.certificate()),
                    PemFile.read("TLS key", files.key()),
                    files.clientCa() == null ? null : PemFile.read("TLS client authorities", files.clientCa()));
        }

        /** Holds private keys. */
        @Override
        public String toString() {
            return "Contents[hidden]";
        }
    }

    static PortIdentity of(Contents contents) throws TlsException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    KeyStores.keyManagers(contents.certificate(), contents.key()),
                    contents.clientCa() == null ? null : KeyStores.trustManagers(contents.clientCa()),
                    null);
            return new PortIdentity(contents, context, contents.certificate().certificates());
        } catch (GeneralSecurityException e) {
            throw new TlsException(
                    "TLS certificate: file " + contents.certificate().path() + " and key: file "
                            + contents.key().path() + " cannot be used: " + e.getMessage(),
                    e);
        }
    }

    String name() {
        return KeyStores.nameOf(chain.get(0));
    }

    /** When the first certificate of the chain expires. */
    Date expiry() {
        return chain.stream()
                .map(X509Certificate::getNotAfter)
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }
}
