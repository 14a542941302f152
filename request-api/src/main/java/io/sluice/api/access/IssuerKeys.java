package io.sluice.api.access;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetSourceWrapper;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.URLBasedJWKSetSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.Closeable;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that an issuer publishes, as Nimbus keeps them: fetched again before they grow old, in the background; at once,
 * though seldom, when a token names one that is not there; and kept while the issuer cannot be reached.
 */
final class IssuerKeys implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);
    private static final int DOCUMENT_BYTES_MAX = 256 << 10;

    private final JWKSource<SecurityContext> source;
    private final WatchedSource watched;

    private IssuerKeys(JWKSource<SecurityContext> source, WatchedSource watched) {
        this.source = source;
        this.watched = watched;
    }

    /**
     * How often, and how long.
     *
     * @param keptMillis how old keys may be before they are fetched again
     * @param refetchMillis the time in which they are fetched at most twice, whatever tokens name
     * @param outageMillis how long keys are good while the issuer cannot be reached
     * @param fetchMillis how long connecting, and waiting for bytes, may take; twice that is how long a caller waits
     */
    record Pace(long keptMillis, long refetchMillis, long outageMillis, int fetchMillis) {
        static Pace standard() {
            return new Pace(300_000, 10_000, 4 * 3_600_000, 1_000);
        }
    }

    static IssuerKeys of(JwtConfig config, Pace pace, MeterRegistry registry) {
        URL url;
        try {
            url = config.jwks().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("JWKS URL " + config.place() + " (expected: an absolute URL)", e);
        }
        WatchedSource watched = new WatchedSource(
                new URLBasedJWKSetSource<>(
                        url, new DefaultResourceRetriever(pace.fetchMillis(), pace.fetchMillis(), DOCUMENT_BYTES_MAX)),
                config,
                registry);
        long waitMillis = 2L * pace.fetchMillis();
        JWKSource<SecurityContext> source = JWKSourceBuilder.create((JWKSetSource<SecurityContext>) watched)
                .cache(pace.keptMillis(), waitMillis)
                .refreshAheadCache(
                        (pace.keptMillis() - waitMillis) / 2,
                        null,
                        Executors.newSingleThreadExecutor(IssuerKeys::background),
                        true,
                        null,
                        true)
                .rateLimited(pace.refetchMillis())
                .outageTolerant(pace.outageMillis())
                .build();
        return new IssuerKeys(source, watched);
    }

    private static Thread background(Runnable fetch) {
        Thread thread = new Thread(fetch, "sluice-jwks");
        thread.setDaemon(true);
        return thread;
    }

    JWKSource<SecurityContext> source() {
        return source;
    }

    /** Whether the issuer answered when it was last asked; if not, nobody knows which keys are its own. */
    boolean isReachable() {
        return watched.reachable;
    }

    /** Fetches the keys before the first token comes, if the issuer is there. */
    void fetch() {
        try {
            source.get(new JWKSelector(new JWKMatcher.Builder().build()), null);
        } catch (KeySourceException e) {
            // What went wrong is told where it happened.
            LOG.debug("no keys at the start, the first token tries again");
        }
    }

    @Override
    public void close() {
        try {
            if (source instanceof Closeable closeable) {
                closeable.close();
            }
        } catch (IOException e) {
            LOG.warn("closing the source of the issuer's keys failed", e);
        }
    }

    /** The issuer itself; tells when it stops answering, and when it answers again. */
    private static final class WatchedSource extends JWKSetSourceWrapper<SecurityContext> {
        private final JwtConfig config;
        private final Counter fetched;
        private final Counter failed;
        private volatile boolean reachable = true;

        WatchedSource(JWKSetSource<SecurityContext> source, JwtConfig config, MeterRegistry registry) {
            super(source);
            this.config = config;
            this.fetched = counter(registry, "ok");
            this.failed = counter(registry, "failed");
        }

        private static Counter counter(MeterRegistry registry, String outcome) {
            return Counter.builder("sluice.access.jwks.fetches")
                    .description("Times that the keys of the issuer were asked for")
                    .tag("outcome", outcome)
                    .register(registry);
        }

        @Override
        public JWKSet getJWKSet(JWKSetCacheRefreshEvaluator evaluator, long nowMillis, SecurityContext context)
                throws KeySourceException {
            try {
                JWKSet keys = getSource().getJWKSet(evaluator, nowMillis, context);
                fetched.increment();
                if (!reachable) {
                    LOG.info("{} answers again with {} keys", config.place(), keys.size());
                }
                reachable = true;
                return keys;
            } catch (KeySourceException e) {
                failed.increment();
                if (reachable) {
                    // The query of an address may be a secret.
                    String why =
                            String.valueOf(e.getMessage()).replace(config.jwks().toString(), "it");
                    LOG.warn("{} gives no keys, those known go on: {}", config.place(), why);
                }
                reachable = false;
                throw e;
            }
        }
    }
}
