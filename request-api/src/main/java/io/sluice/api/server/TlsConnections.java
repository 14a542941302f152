package io.sluice.api.server;

import io.sluice.tls.ClientAuth;
import io.sluice.tls.ServerTls;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.DetectorConnectionFactory;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Connections of a port with TLS, of which new ones get the certificate that is in use at that time. */
public final class TlsConnections {
    private TlsConnections() {}

    /**
     * What comes before HTTP. A caller without TLS is handed to HTTP as well, where {@link TlsOnly} tells it what is
     * wrong.
     */
    public static ConnectionFactory before(ConnectionFactory http, ServerTls tls) {
        SslContextFactory.Server context = new SslContextFactory.Server();
        context.setExcludeProtocols();
        context.setIncludeProtocols(tls.protocols().toArray(String[]::new));
        context.setExcludeCipherSuites();
        context.setIncludeCipherSuites(tls.cipherSuites().toArray(String[]::new));
        context.setRenegotiationAllowed(false);
        context.setWantClientAuth(tls.clientAuth() == ClientAuth.OPTIONAL);
        context.setNeedClientAuth(tls.clientAuth() == ClientAuth.REQUIRED);
        tls.feed(current -> {
            try {
                context.reload(factory -> factory.setSslContext(current));
            } catch (Exception e) {
                throw new IllegalStateException("the HTTP server does not take the new certificate", e);
            }
        });
        SslConnectionFactory encrypted = new SslConnectionFactory(context, http.getProtocol());
        // The checks of host names against the certificate are the caller's: a probe comes with the pod's address.
        encrypted.setEnsureSecureRequestCustomizer(false);
        return new DetectorConnectionFactory(encrypted);
    }
}
