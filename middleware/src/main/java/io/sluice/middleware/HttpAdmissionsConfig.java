package io.sluice.middleware;

import io.sluice.client.FailurePolicies;
import io.sluice.client.FailurePolicy;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The settings of an {@link HttpAdmissions}; {@link #of} has defaults for all but the address.
 *
 * @param url the data port of the request API, or a path in front of it
 * @param adminUrl its admin port, for explanations; null for none
 * @param credentials gives an API key or a token, before each request: it is sent as a bearer token; null for none. It
 *     must not block
 * @param tls trusted authorities, and a certificate of its own if the port asks for one; null for the JDK's
 * @param failurePolicies the answer to an admission when no verdict comes in time
 * @param traceparent the trace that a request belongs to, asked in the thread that makes the request
 * @param bounds of time and memory
 */
public record HttpAdmissionsConfig(
        URI url,
        @Nullable URI adminUrl,
        @Nullable Supplier<String> credentials,
        @Nullable SSLContext tls,
        FailurePolicies failurePolicies,
        Supplier<? extends @Nullable String> traceparent,
        Bounds bounds) {

    public HttpAdmissionsConfig {
        url = checked("url", url);
        adminUrl = adminUrl == null ? null : checked("adminUrl", adminUrl);
    }

    /**
     * Bounds of time and memory.
     *
     * @param callsMax requests that may wait for their answers at once, each with a connection; further ones fail at
     *     once
     * @param retriesMax how often one request may be sent again
     * @param answerBytesMax the longest answer that is read
     * @param threadsMax threads that read answers, and complete the futures of callers
     * @param connectTimeout the longest time to open a connection
     */
    public record Bounds(int callsMax, int retriesMax, int answerBytesMax, int threadsMax, Duration connectTimeout) {
        public static final Bounds STANDARD = new Bounds(256, 2, 1_048_576, 4, Duration.ofSeconds(1));

        public Bounds {
            within("callsMax", callsMax, 1, 100_000);
            within("retriesMax", retriesMax, 0, 10);
            within("answerBytesMax", answerBytesMax, 1_024, 67_108_864);
            within("threadsMax", threadsMax, 1, 256);
            if (connectTimeout.toMillis() < 1) {
                throw new IllegalArgumentException("connectTimeout: " + connectTimeout + " (expected: at least 1 ms)");
            }
        }

        private static void within(String name, int value, int min, int max) {
            if (value < min || value > max) {
                throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + ".." + max + ")");
            }
        }
    }

    /** An open port, with an error when no verdict comes in time. */
    public static HttpAdmissionsConfig of(String url) {
        return new HttpAdmissionsConfig(
                uri("url", url), null, null, null, failing(FailurePolicy.ERROR), Traceparent::current, Bounds.STANDARD);
    }

    /** The same with an API key or a token that the supplier gives before each request. */
    public HttpAdmissionsConfig withCredentials(Supplier<String> newCredentials) {
        return new HttpAdmissionsConfig(url, adminUrl, newCredentials, tls, failurePolicies, traceparent, bounds);
    }

    /** The same with one answer to every admission that gets no verdict in time. */
    public HttpAdmissionsConfig withFailurePolicy(FailurePolicy policy) {
        return withFailurePolicies(failing(policy));
    }

    /** The same with answers to admissions that get no verdict in time. */
    public HttpAdmissionsConfig withFailurePolicies(FailurePolicies newPolicies) {
        return new HttpAdmissionsConfig(url, adminUrl, credentials, tls, newPolicies, traceparent, bounds);
    }

    /** The same with authorities to trust, and perhaps a certificate. */
    public HttpAdmissionsConfig withTls(SSLContext newTls) {
        return new HttpAdmissionsConfig(url, adminUrl, credentials, newTls, failurePolicies, traceparent, bounds);
    }

    /** The same with an admin port to ask for explanations. */
    public HttpAdmissionsConfig withAdminUrl(String newAdminUrl) {
        return new HttpAdmissionsConfig(
                url, uri("adminUrl", newAdminUrl), credentials, tls, failurePolicies, traceparent, bounds);
    }

    /** The same with traces from elsewhere, such as a tracing library; the supplier gives null for none. */
    public HttpAdmissionsConfig withTraceparent(Supplier<? extends @Nullable String> newTraceparent) {
        return new HttpAdmissionsConfig(url, adminUrl, credentials, tls, failurePolicies, newTraceparent, bounds);
    }

    /** The same with other bounds. */
    public HttpAdmissionsConfig withBounds(Bounds newBounds) {
        return new HttpAdmissionsConfig(url, adminUrl, credentials, tls, failurePolicies, traceparent, newBounds);
    }

    private static FailurePolicies failing(FailurePolicy policy) {
        return (request, detail) -> policy.answer(detail);
    }

    private static URI uri(String name, String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + text + " (expected: http://host:port)", e);
        }
    }

    /** Without a slash at its end. */
    private static URI checked(String name, URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        boolean isHttp = scheme.equals("http") || scheme.equals("https");
        if (!isHttp || uri.getHost() == null || uri.getQuery() != null || uri.getFragment() != null) {
            throw new IllegalArgumentException(name + ": " + uri + " (expected: http[s]://host[:port][/path])");
        }
        String text = uri.toString();
        return text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : uri;
    }
}
