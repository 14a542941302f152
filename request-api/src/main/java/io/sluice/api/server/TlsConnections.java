package io.sluice.api.server;

import io.sluice.tls.ClientAuth;
import io.sluice.tls.ServerTls;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.DetectorConnectionFactory;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** The connections of a port with TLS; each new one uses the newest certificate. */
public final class TlsConnections {
    private TlsConnections() {}

    /**
     * The factory that comes before HTTP. A connection without TLS also goes to HTTP, where {@link TlsOnly} says what
     * is wrong.
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
        // Do not check the host name here: callers do that, and probes call the pod's address.
        encrypted.setEnsureSecureRequestCustomizer(false);
        return new DetectorConnectionFactory(encrypted);
    }
}
