package io.sluice.streams.webhooks;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.UnknownHostException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.util.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sender that posts one message at a time. It follows no redirect, keeps no connection and no cookie, uses no
 * proxy, and reads only the status of the answer. Whatever the receiver does, an attempt ends in time.
 */
final class WebhookSender implements AutoCloseable {
    static final String ID = "webhook-id";
    static final String TIMESTAMP = "webhook-timestamp";
    static final String SIGNATURE = "webhook-signature";

    private static final Logger LOG = LoggerFactory.getLogger(WebhookSender.class);
    private static final String AGENT = "sluice-webhooks";
    /** JSON has no charset. */
    private static final ContentType JSON = ContentType.create("application/json");

    private static final int HEADERS_MAX = 100;
    private static final int LINE_CHARS_MAX = 8_192;

    private final CloseableHttpClient client;
    private final WebhookSecret secret;
    private final LongSupplier clockMillis;
    private final long timeoutMillis;
    private final ScheduledExecutorService timer;

    /**
     * A sender.
     *
     * @param clockMillis the time of day, which receivers compare with theirs
     */
    WebhookSender(DnsResolver addresses, WebhookSecret secret, WebhookBounds bounds, LongSupplier clockMillis) {
        this.secret = secret;
        this.clockMillis = clockMillis;
        this.timeoutMillis = bounds.timeout().toMillis();
        this.client = client(addresses, Timeout.of(bounds.timeout()));
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "sluice-webhook-timer");
            thread.setDaemon(true);
            return thread;
        });
    }

    private static CloseableHttpClient client(DnsResolver addresses, Timeout timeout) {
        return HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(addresses)
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(timeout)
                                .setSocketTimeout(timeout)
                                .build())
                        .setDefaultSocketConfig(
                                SocketConfig.custom().setSoTimeout(timeout).build())
                        .setDefaultTlsConfig(
                                TlsConfig.custom().setHandshakeTimeout(timeout).build())
                        .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                                .http1Config(Http1Config.custom()
                                        .setMaxHeaderCount(HEADERS_MAX)
                                        .setMaxLineLength(LINE_CHARS_MAX)
                                        .build())
                                .build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(timeout)
                        .setResponseTimeout(timeout)
                        .setExpectContinueEnabled(false)
                        .build())
                .setConnectionReuseStrategy((request, response, context) -> false)
                .setUserAgent(AGENT)
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableContentCompression()
                .disableCookieManagement()
                .disableAuthCaching()
                .build();
    }

    /** Posts a message, and says what came of it. */
    Attempt send(WebhookTarget target, String id, byte[] body) {
        long timestampSeconds = TimeUnit.MILLISECONDS.toSeconds(clockMillis.getAsLong());
        HttpPost post = new HttpPost(target.url());
        post.setHeader(ID, id);
        post.setHeader(TIMESTAMP, Long.toString(timestampSeconds));
        post.setHeader(SIGNATURE, secret.signatures(id, timestampSeconds, body));
        post.setEntity(new ByteArrayEntity(body, JSON));
        ScheduledFuture<?> deadline = null;
        try {
            // The client's own time-outs are for one read or one address each; this one is for the whole attempt.
            deadline = timer.schedule(post::cancel, timeoutMillis, TimeUnit.MILLISECONDS);
            return status(target, post);
        } catch (IOException | HttpException | RuntimeException e) {
            Attempt failed = cause(post, e);
            LOG.debug("a webhook to {} failed: {}", target, failed, e);
            return failed;
        } finally {
            if (deadline != null) {
                deadline.cancel(false);
            }
        }
    }

    private Attempt status(WebhookTarget target, HttpPost post) throws IOException, HttpException {
        HttpHost host = HttpHost.create(target.url());
        ClassicHttpResponse response = client.executeOpen(host, post, null);
        Attempt attempt = Attempt.of(response.getCode());
        // Closes the connection. To close the answer first would read its body to the end, if it has one.
        post.cancel();
        try {
            response.close();
        } catch (IOException e) {
            LOG.trace("the rest of an answer is not read", e);
        }
        return attempt;
    }

    private static Attempt cause(HttpPost post, Exception e) {
        if (post.isCancelled() || e instanceof InterruptedIOException) {
            return Attempt.TIMEOUT;
        }
        if (e instanceof CheckedAddresses.RefusedAddressException) {
            return Attempt.ADDRESS;
        }
        if (e instanceof UnknownHostException) {
            return Attempt.NAME;
        }
        return e instanceof SSLException ? Attempt.TLS : Attempt.CONNECTION;
    }

    @Override
    public void close() {
        timer.shutdownNow();
        try {
            client.close();
        } catch (IOException e) {
            LOG.debug("a webhook client did not close cleanly", e);
        }
    }
}
