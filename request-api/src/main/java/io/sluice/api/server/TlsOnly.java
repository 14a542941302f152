package io.sluice.api.server;

import io.sluice.tls.ServerTls;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;

/** The check that refuses requests without TLS on a port with TLS, before anything else is read. */
public final class TlsOnly implements HttpConfiguration.Customizer {
    @Override
    public Request customize(Request request, HttpFields.Mutable responseHeaders) {
        if (!request.getConnectionMetaData().isSecure()) {
            throw new HttpException.RuntimeException(HttpStatus.BAD_REQUEST_400, ServerTls.WITHOUT_TLS);
        }
        return request;
    }
}
