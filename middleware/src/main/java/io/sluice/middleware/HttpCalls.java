package io.sluice.middleware;

import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.RestAnswer;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A sender of calls, each within its deadline, which covers all attempts up to the last byte of the answer.
 *
 * <p>A call is sent again only if that is safe: if the connection failed, or if the call is repeatable. If a server
 * names a time to retry after, the sender waits that long; if that is past the deadline, the call fails at once.
 */
final class HttpCalls implements AutoCloseable {
    private static final long BACKOFF_MILLIS = 20;
    private static final long BACKOFF_MILLIS_MAX = 1_000;
    private static final int DETAIL_CHARS_MAX = 200;
    /** From here on, nobody has answered: a proxy, or a front end without a verdict. A verdict is never among them. */
    private static final Set<Integer> RETRIED = Set.of(502, 503, 504);

    private final HttpAdmissionsConfig config;
    private final ExecutorService workers;
    private final ScheduledThreadPoolExecutor timer;
    private final HttpClient client;
    private final Set<CompletableFuture<CallResult>> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger waiting = new AtomicInteger();
    private final LongAdder turnedAway = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private volatile boolean closed;

    HttpCalls(HttpAdmissionsConfig config) {
        this.config = config;
        this.workers = Executors.newFixedThreadPool(config.bounds().threadsMax(), threads("sluice-http"));
        this.timer = new ScheduledThreadPoolExecutor(1, threads("sluice-deadlines"));
        timer.setRemoveOnCancelPolicy(true);
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(config.bounds().connectTimeout())
                .executor(workers);
        if (config.tls() != null) {
            builder.sslContext(config.tls());
        }
        this.client = builder.build();
    }

    private static ThreadFactory threads(String name) {
        AtomicInteger number = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Sends a call. The future never completes exceptionally, and completes by the deadline. */
    CompletableFuture<CallResult> send(Call call, long deadlineMillis) {
        if (closed) {
            return CompletableFuture.completedFuture(new CallResult.Failed("the client is closed"));
        }
        int callsMax = config.bounds().callsMax();
        if (waiting.incrementAndGet() > callsMax) {
            waiting.decrementAndGet();
            turnedAway.increment();
            return CompletableFuture.completedFuture(
                    new CallResult.Failed(callsMax + " calls wait already (callsMax)"));
        }
        Sending sending = new Sending(call, deadlineMillis, config.traceparent());
        open.add(sending.result);
        CompletableFuture<CallResult> ended = sending.result.whenComplete((result, failure) -> {
            open.remove(sending.result);
            waiting.decrementAndGet();
        });
        sending.start();
        return ended;
    }

    /** The numbers, with those of whoever knows which replies are answers. */
    CallCounts counts(long answered, long failed) {
        return new CallCounts(
                waiting.get(), config.bounds().callsMax(), answered, failed, turnedAway.sum(), retries.sum());
    }

    @Override
    public void close() {
        closed = true;
        open.forEach(result -> result.complete(new CallResult.Failed("the client was closed")));
        timer.shutdownNow();
        // From Java 21 on, it ends its thread at once; before, when it is collected.
        if (client instanceof AutoCloseable closeable) {
            closeQuietly(closeable);
        }
        workers.shutdown();
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            throw new IllegalStateException("an HTTP client does not fail to close", e);
        }
    }

    /** One call, over all of its attempts. */
    private final class Sending {
        private final Call call;
        private final long deadlineMillis;
        private final long deadlineNanos;
        private final @Nullable String traceparent;
        private final CompletableFuture<CallResult> result = new CompletableFuture<>();
        private final AtomicInteger attempts = new AtomicInteger();
        private volatile @Nullable String lastFailure;
        private volatile @Nullable CompletableFuture<?> exchange;

        Sending(Call call, long deadlineMillis, Supplier<? extends @Nullable String> traceparent) {
            this.call = call;
            this.deadlineMillis = deadlineMillis;
            this.deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(deadlineMillis);
            this.traceparent = suppliedOrNull(traceparent);
        }

        void start() {
            try {
                ScheduledFuture<?> timeout =
                        timer.schedule(() -> work(this::expire), deadlineMillis, TimeUnit.MILLISECONDS);
                result.whenComplete((ended, failure) -> {
                    timeout.cancel(false);
                    abandon();
                });
            } catch (RejectedExecutionException e) {
                fail("the client was closed");
                return;
            }
            attempt();
        }

        /** Not in the thread of the deadlines: whoever waits for the result may have much to do with it. */
        private void work(Runnable step) {
            try {
                workers.execute(step);
            } catch (RejectedExecutionException e) {
                fail("the client was closed");
            }
        }

        private void expire() {
            String last = lastFailure;
            fail("no answer in " + deadlineMillis + " ms" + (last == null ? "" : "; before: " + last));
        }

        private void abandon() {
            CompletableFuture<?> running = exchange;
            if (running != null) {
                running.cancel(true);
            }
        }

        private void attempt() {
            if (result.isDone()) {
                return;
            }
            attempts.incrementAndGet();
            try {
                CompletableFuture<HttpResponse<byte[]>> running = client.sendAsync(
                        request(), info -> new AnswerBody(config.bounds().answerBytesMax()));
                exchange = running;
                running.whenComplete(this::arrive);
                if (result.isDone()) {
                    running.cancel(true);
                }
            } catch (RuntimeException e) {
                // A request that cannot be made, such as one with a token that is no header value.
                fail(said(e));
            }
        }

        private HttpRequest request() {
            long leftMillis = Math.max(1, leftMillis());
            HttpRequest.Builder request = HttpRequest.newBuilder(call.uri()).header("accept", "application/json");
            Supplier<String> credentials = config.credentials();
            if (credentials != null) {
                request.header("authorization", "Bearer " + token(credentials.get()));
            }
            if (Traceparent.isValid(traceparent)) {
                request.header(Traceparent.FIELD, traceparent);
            }
            Call.BodyWriter body = call.body();
            return body == null
                    ? request.build()
                    : request.header("content-type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(body.within(call.serverMillis(leftMillis))))
                            .build();
        }

        /** The JDK's own error would show it. */
        private static String token(String token) {
            if (token.isEmpty() || !token.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
                throw new IllegalStateException("credentials: not printable, or empty (expected: a key or token)");
            }
            return token;
        }

        private long leftMillis() {
            return TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
        }

        private void arrive(@Nullable HttpResponse<byte[]> response, @Nullable Throwable failure) {
            if (response == null) {
                Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
                boolean unsent = cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException;
                retryOrFail(said(cause), unsent || call.repeatable(), /* waitMillis= */ 0);
                return;
            }
            if (RETRIED.contains(response.statusCode())) {
                retryOrSettle(response);
            } else {
                settle(response);
            }
        }

        private void retryOrSettle(HttpResponse<byte[]> response) {
            String retryAfter = response.headers().firstValue("retry-after").orElse("");
            long waitMillis = RetryAfter.millis(retryAfter, Instant.now());
            if (mayRetry(call.repeatable(), waitMillis)) {
                retryOrFail("status " + response.statusCode(), /* harmless= */ true, waitMillis);
            } else {
                settle(response);
            }
        }

        private void settle(HttpResponse<byte[]> response) {
            String type = response.headers().firstValue("content-type").orElse("");
            int status = response.statusCode();
            if (!isJson(type)) {
                fail("status " + status + " of type \"" + cut(type) + "\" (expected: JSON of Sluice at " + call.uri()
                        + ")");
                return;
            }
            try {
                RestAnswer answer = RestAnswer.read(response.body());
                result.complete(new CallResult.Reply(status, answer));
            } catch (WireException e) {
                fail("status " + status + ", not readable: " + e.getMessage());
            }
        }

        private static boolean isJson(String type) {
            int end = type.indexOf(';');
            String essence = (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
            return essence.equals("application/json") || essence.equals("application/problem+json");
        }

        private boolean mayRetry(boolean harmless, long waitMillis) {
            return harmless
                    && attempts.get() <= config.bounds().retriesMax()
                    && pauseMillis(waitMillis) < leftMillis() - call.waitMillis();
        }

        /** Twice as long each time, and never the same for all callers of a server that comes back. */
        private long pauseMillis(long waitMillis) {
            long most = Math.min(BACKOFF_MILLIS_MAX, BACKOFF_MILLIS << Math.min(attempts.get(), 10));
            return Math.max(waitMillis, ThreadLocalRandom.current().nextLong(most / 2, most));
        }

        private void retryOrFail(String detail, boolean harmless, long waitMillis) {
            lastFailure = detail;
            if (result.isDone()) {
                return;
            }
            if (!mayRetry(harmless, waitMillis)) {
                fail(detail);
                return;
            }
            try {
                timer.schedule(() -> work(this::attempt), pauseMillis(waitMillis), TimeUnit.MILLISECONDS);
                retries.increment();
            } catch (RejectedExecutionException e) {
                fail("the client was closed");
            }
        }

        private void fail(String detail) {
            result.complete(new CallResult.Failed(detail));
        }

        private static String said(@Nullable Throwable failure) {
            if (failure == null) {
                return "no answer";
            }
            String message = failure.getMessage();
            String kind = failure.getClass().getSimpleName();
            return message == null ? kind : cut(kind + ": " + message);
        }

        private static String cut(String text) {
            return text.length() > DETAIL_CHARS_MAX ? text.substring(0, DETAIL_CHARS_MAX) + "..." : text;
        }

        /** A trace is no reason to fail. */
        private static @Nullable String suppliedOrNull(Supplier<? extends @Nullable String> supplier) {
            try {
                return supplier.get();
            } catch (RuntimeException e) {
                return null;
            }
        }
    }
}
