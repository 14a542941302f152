package io.sluice.api.auth;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.URLBasedJWKSetSource;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that an issuer publishes. They are fetched again in the background before they grow old, and at once for a
 * token with an unknown key, at most twice in a short time. While the issuer cannot be reached, the last keys stay in
 * use.
 *
 * <p>{@link #known} never waits. Only a token with an unknown key waits: all such tokens wait for the same fetch, and
 * only a few at once.
 */
final class IssuerKeys implements AutoCloseable {
    /** Callers that may wait for a fetch at once, of both ports together; fewer than either port has threads. */
    static final int WAITERS_MAX = 4;

    private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);
    private static final int DOCUMENT_BYTES_MAX = 256 << 10;
    /** Fetches that run at once: a second one may begin while the first hangs beyond its time. */
    private static final int FETCHES_MAX = 2;

    private final JwtConfig config;
    private final RefreshSchedule schedule;
    private final JWKSetSource<PublishedKeys> issuer;
    private final ScheduledExecutorService threads =
            Executors.newScheduledThreadPool(FETCHES_MAX, IssuerKeys::background);
    private final Semaphore waiters = new Semaphore(WAITERS_MAX);
    private final Counter fetched;
    private final Counter failed;
    private volatile @Nullable PublishedKeys latest;
    private volatile boolean reachable = true;
    // Guarded by this.
    private @Nullable CompletableFuture<PublishedKeys> inFlight;
    private final RecentFetches wanted = new RecentFetches();
    private int running;

    private IssuerKeys(
            JwtConfig config, RefreshSchedule schedule, JWKSetSource<PublishedKeys> issuer, MeterRegistry registry) {
        this.config = config;
        this.schedule = schedule;
        this.issuer = issuer;
        this.fetched = counter(registry, "ok");
        this.failed = counter(registry, "failed");
        Gauge.builder("sluice.access.jwks.waiters", () -> WAITERS_MAX - waiters.availablePermits())
                .description("Callers that wait for the keys of the issuer")
                .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String outcome) {
        return Counter.builder("sluice.access.jwks.fetches")
                .description("Fetches of the issuer's keys")
                .tag("outcome", outcome)
                .register(registry);
    }

    /**
     * The times that rule fetches.
     *
     * @param keptMillis how old keys may be before they are fetched again
     * @param refetchMillis the time in which they are fetched at most twice, whatever keys tokens name
     * @param outageMillis how long keys stay valid while the issuer cannot be reached
     * @param fetchMillis how long connecting, and waiting for bytes, may take; twice that is how long a caller waits
     */
    record RefreshSchedule(long keptMillis, long refetchMillis, long outageMillis, int fetchMillis) {
        static RefreshSchedule standard() {
            return new RefreshSchedule(300_000, 10_000, 4 * 3_600_000, 1_000);
        }

        long waitMillis() {
            return 2L * fetchMillis;
        }

        long periodMillis() {
            return Math.max(1, (keptMillis - waitMillis()) / 2);
        }
    }

    /** The beginnings of the last two fetches because of a token. */
    private static final class RecentFetches {
        private long lastNanos;
        private long lastButOneNanos;
        private int count;

        boolean isAllowed(long nowNanos, long refetchMillis) {
            return count < 2 || nowNanos - lastButOneNanos >= TimeUnit.MILLISECONDS.toNanos(refetchMillis);
        }

        void add(long nowNanos) {
            lastButOneNanos = lastNanos;
            lastNanos = nowNanos;
            count = Math.min(2, count + 1);
        }
    }

    static IssuerKeys of(JwtConfig config, RefreshSchedule schedule, MeterRegistry registry) {
        URL url;
        try {
            url = config.jwks().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("JWKS URL " + config.place() + " (expected: an absolute URL)", e);
        }
        IssuerKeys keys = new IssuerKeys(
                config,
                schedule,
                new URLBasedJWKSetSource<>(
                        url,
                        new DefaultResourceRetriever(
                                schedule.fetchMillis(), schedule.fetchMillis(), DOCUMENT_BYTES_MAX)),
                registry);
        ScheduledFuture<?> unused = keys.threads.scheduleWithFixedDelay(
                keys::refresh, schedule.periodMillis(), schedule.periodMillis(), TimeUnit.MILLISECONDS);
        return keys;
    }

    private static Thread background(Runnable fetch) {
        Thread thread = new Thread(fetch, "sluice-jwks");
        thread.setDaemon(true);
        return thread;
    }

    /** The keys that were fetched last; null if there are none, or they are too old to be good. Never waits. */
    @Nullable PublishedKeys known() {
        PublishedKeys keys = latest;
        return keys == null
                        || System.nanoTime() - keys.fetchedNanos()
                                >= TimeUnit.MILLISECONDS.toNanos(schedule.outageMillis())
                ? null
                : keys;
    }

    /**
     * The newest keys for a token whose key is not among {@code seen}: waits for a fetch, if one is due.
     *
     * @return null if nobody can know now whether the issuer has that key
     */
    @Nullable PublishedKeys newerThan(@Nullable PublishedKeys seen) {
        PublishedKeys now = known();
        if (now != null && now != seen) {
            return now;
        }
        CompletableFuture<PublishedKeys> fetch = wantedFetch();
        if (fetch == null) {
            return reachable ? now : null;
        }
        if (!waiters.tryAcquire()) {
            return null;
        }
        try {
            return fetch.get();
        } catch (ExecutionException e) {
            // The error was reported where it happened.
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } finally {
            waiters.release();
        }
    }

    /** Fetches the keys before the first token comes, if the issuer is there. */
    void fetch() {
        PublishedKeys unused = newerThan(null);
    }

    /**
     * The fetch that a token with an unknown key waits for: the one that runs, or a new one; null if none is due yet.
     */
    private synchronized @Nullable CompletableFuture<PublishedKeys> wantedFetch() {
        CompletableFuture<PublishedKeys> current = inFlight;
        if (current != null && !current.isDone()) {
            return current;
        }
        long nowNanos = System.nanoTime();
        if (running == FETCHES_MAX || !wanted.isAllowed(nowNanos, schedule.refetchMillis())) {
            return null;
        }
        wanted.add(nowNanos);
        CompletableFuture<PublishedKeys> next = begun();
        threads.execute(() -> fetchInto(next));
        return next;
    }

    /** In a thread of its own, before the keys grow old. */
    private void refresh() {
        CompletableFuture<PublishedKeys> next;
        synchronized (this) {
            if (running == FETCHES_MAX || (inFlight != null && !inFlight.isDone())) {
                return;
            }
            next = begun();
        }
        fetchInto(next);
    }

    /**
     * Called with the lock held. A caller that waits for a fetch waits no longer than this, however slowly its bytes
     * come.
     */
    private CompletableFuture<PublishedKeys> begun() {
        running++;
        CompletableFuture<PublishedKeys> next =
                new CompletableFuture<PublishedKeys>().orTimeout(schedule.waitMillis(), TimeUnit.MILLISECONDS);
        CompletableFuture<PublishedKeys> unused = next.whenComplete((keys, failure) -> {
            if (failure != null) {
                missed(failure);
            }
        });
        inFlight = next;
        return next;
    }

    private void fetchInto(CompletableFuture<PublishedKeys> next) {
        try {
            PublishedKeys keys = new PublishedKeys(
                    issuer.getJWKSet(JWKSetCacheRefreshEvaluator.noRefresh(), System.currentTimeMillis(), null),
                    System.nanoTime());
            arrived(keys);
            next.complete(keys);
        } catch (KeySourceException | RuntimeException | Error e) {
            // Otherwise the executor silently stops, and nobody fetches the keys before they grow old.
            next.completeExceptionally(e);
        } finally {
            synchronized (this) {
                running--;
            }
        }
    }

    private void arrived(PublishedKeys keys) {
        latest = keys;
        fetched.increment();
        if (!reachable) {
            LOG.info(
                    "{} answers again with {} keys", config.place(), keys.keys().size());
        }
        reachable = true;
    }

    private void missed(Throwable failure) {
        failed.increment();
        if (reachable) {
            // The query of an address may be a secret.
            String why =
                    String.valueOf(failure.getMessage()).replace(config.jwks().toString(), "it");
            LOG.warn("{} gives no keys; the known ones stay in use: {}", config.place(), why);
        }
        reachable = false;
    }

    /** Whether the issuer answered the last fetch; if not, nobody knows which keys are its own. */
    boolean isReachable() {
        return reachable;
    }

    @Override
    public void close() {
        threads.shutdownNow();
        try {
            issuer.close();
        } catch (IOException e) {
            LOG.warn("closing the source of the issuer's keys failed", e);
        }
    }
}
