package io.sluice.tls;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's side of TLS for every port of a process, whatever serves it.
 *
 * <p>It reads its PEM files again every few seconds. New connections then get the new certificate; open ones stay as
 * they are. If the new files cannot be used, the old ones stay in use; one log line says why, and a gauge is 1
 * meanwhile. A port either takes an {@link #engine} for each connection, or registers for new contexts ({@link
 * #feed}).
 */
public final class ServerTls implements AutoCloseable {
    /** What a port answers to a caller without TLS. */
    public static final String WITHOUT_TLS = "this port speaks TLS only (expected: https)";

    private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);
    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");
    /** Only authenticated encryption with forward secrecy. */
    private static final List<String> SUITE_PREFIXES = List.of("TLS_AES_", "TLS_CHACHA20_", "TLS_ECDHE_");

    private static final List<String> SUITE_INFIXES = List.of("_GCM_", "_CHACHA20_");
    private static final double MILLIS_PER_SECOND = 1_000.0;

    private final TlsFiles files;
    private final Counter replaced;
    private final Counter refused;
    private final List<Consumer<SSLContext>> ports = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "sluice-tls");
        thread.setDaemon(true);
        return thread;
    });

    private volatile PortIdentity identity;
    /** Why the files as they are now are not in use; null if they are. */
    private volatile @Nullable String refusal;
    /** A problem that was seen once: somebody may still be writing the files. It is reported if it stays. */
    private @Nullable String suspicion;

    private ServerTls(TlsFiles files, PortIdentity identity, MeterRegistry registry) {
        this.files = files;
        this.identity = identity;
        this.replaced = reads(registry, "replaced");
        this.refused = reads(registry, "refused");
        Gauge.builder("sluice.tls.certificate.expiry", this, ServerTls::secondsToExpiry)
                .description("Time until the first certificate of the chain in use expires; negative afterwards")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("sluice.tls.files.refused", this, tls -> tls.refusal == null ? 0 : 1)
                .description("1 while the files cannot be used, and the certificate from before stays in use")
                .register(registry);
    }

    private static Counter reads(MeterRegistry registry, String outcome) {
        return Counter.builder("sluice.tls.reloads")
                .description("Changes of the certificate, key or client authorities that were found in the files")
                .tag("outcome", outcome)
                .register(registry);
    }

    /**
     * Reads the files, and from now on reads them again.
     *
     * @throws TlsException if they cannot be used
     */
    public static ServerTls open(TlsFiles files, MeterRegistry registry) throws TlsException {
        PortIdentity identity = PortIdentity.of(PortIdentity.Contents.read(files));
        ServerTls tls = new ServerTls(files, identity, registry);
        tls.warnOfDates(identity);
        long pauseMillis = files.checkEvery().toMillis();
        tls.looks.scheduleWithFixedDelay(tls::look, pauseMillis, pauseMillis, TimeUnit.MILLISECONDS);
        return tls;
    }

    /** An expired certificate stays in use: some callers do not mind, and without it nobody gets an answer. */
    private void warnOfDates(PortIdentity found) {
        double seconds = secondsToExpiry();
        if (seconds < 0) {
            LOG.warn("TLS certificate {} of {} has expired at {}", found.name(), files.certificate(), found.expiry());
        }
    }

    private double secondsToExpiry() {
        return (identity.expiry().getTime() - System.currentTimeMillis()) / MILLIS_PER_SECOND;
    }

    private void look() {
        try {
            lookAtFiles();
        } catch (RuntimeException | Error e) {
            // Otherwise the executor would silently stop all further checks.
            LOG.error("TLS files could not be checked", e);
        }
    }

    private void lookAtFiles() {
        try {
            PortIdentity.Contents contents = PortIdentity.Contents.read(files);
            if (!contents.equals(identity.contents())) {
                use(PortIdentity.of(contents));
            } else if (refusal != null) {
                LOG.info("TLS files again hold the certificate that is in use");
            }
            suspicion = null;
            refusal = null;
        } catch (TlsException e) {
            refuse(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Has every port use another identity. One that fails stops no other port; until all have taken it, the next look
     * tries again.
     */
    private synchronized void use(PortIdentity found) throws TlsException {
        RuntimeException failure = null;
        for (Consumer<SSLContext> port : ports) {
            try {
                port.accept(found.context());
            } catch (RuntimeException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw new TlsException("a port did not take the TLS certificate " + found.name() + ": " + failure, failure);
        }
        identity = found;
        replaced.increment();
        LOG.info("TLS certificate {} is in use for new connections, valid until {}", found.name(), found.expiry());
        warnOfDates(found);
    }

    private void refuse(String why) {
        if (why.equals(suspicion) && !why.equals(refusal)) {
            refusal = why;
            refused.increment();
            LOG.error("{}; the certificate from before stays in use", why);
        }
        suspicion = why;
    }

    /** Gives the present context to a port, and each later one. */
    public synchronized void feed(Consumer<SSLContext> port) {
        ports.add(port);
        port.accept(identity.context());
    }

    /**
     * The context in use; {@link #engine} also sets protocols, cipher suites, and whether callers need a certificate.
     */
    public SSLContext context() {
        return identity.context();
    }

    /** The server's side of a new connection. */
    public SSLEngine engine() {
        SSLEngine engine = identity.context().createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(PROTOCOLS.toArray(String[]::new));
        parameters.setCipherSuites(cipherSuites().toArray(String[]::new));
        parameters.setUseCipherSuitesOrder(true);
        engine.setSSLParameters(parameters);
        switch (files.clientAuth()) {
            case OFF -> engine.setNeedClientAuth(false);
            case OPTIONAL -> engine.setWantClientAuth(true);
            case REQUIRED -> engine.setNeedClientAuth(true);
        }
        return engine;
    }

    public ClientAuth clientAuth() {
        return files.clientAuth();
    }

    /** Protocols that a port speaks. */
    public List<String> protocols() {
        return PROTOCOLS;
    }

    /** Cipher suites that a port offers, best first. */
    public List<String> cipherSuites() {
        return Arrays.stream(identity.context().getDefaultSSLParameters().getCipherSuites())
                .filter(ServerTls::isModern)
                .toList();
    }

    private static boolean isModern(String suite) {
        return SUITE_PREFIXES.stream().anyMatch(suite::startsWith)
                && SUITE_INFIXES.stream().anyMatch(suite::contains);
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }
}
