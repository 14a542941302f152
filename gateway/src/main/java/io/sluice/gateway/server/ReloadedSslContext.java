package io.sluice.gateway.server;

import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocator;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolConfig;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.grpc.netty.shaded.io.netty.handler.ssl.JdkSslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.sluice.tls.ServerTls;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;

/** Netty's view of the certificates in use: each new connection gets the newest ones. */
final class ReloadedSslContext extends SslContext {
    private static final String[] NO_CHOICE = {};

    private final ServerTls tls;
    private volatile SslContext current;

    ReloadedSslContext(ServerTls tls) {
        this.tls = tls;
        this.current = of(tls.context());
        tls.feed(context -> current = of(context));
    }

    private SslContext of(SSLContext context) {
        return new JdkSslContext(
                context,
                /* isClient= */ false,
                tls.cipherSuites(),
                IdentityCipherSuiteFilter.INSTANCE,
                // gRPC needs HTTP/2, so a caller that does not offer it is refused.
                new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        List.of("h2")),
                switch (tls.clientAuth()) {
                    case OFF -> ClientAuth.NONE;
                    case OPTIONAL -> ClientAuth.OPTIONAL;
                    case REQUIRED -> ClientAuth.REQUIRE;
                },
                tls.protocols().toArray(NO_CHOICE),
                /* startTls= */ false);
    }

    @Override
    public boolean isClient() {
        return false;
    }

    @Override
    public List<String> cipherSuites() {
        return current.cipherSuites();
    }

    /** The abstract class wants it. */
    @Override
    @SuppressWarnings("deprecation")
    public io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolNegotiator applicationProtocolNegotiator() {
        return current.applicationProtocolNegotiator();
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator) {
        return current.newEngine(allocator);
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator, String peerHost, int peerPort) {
        return current.newEngine(allocator, peerHost, peerPort);
    }

    @Override
    public SSLSessionContext sessionContext() {
        return current.sessionContext();
    }
}
