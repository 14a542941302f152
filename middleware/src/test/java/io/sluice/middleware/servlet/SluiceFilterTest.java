package io.sluice.middleware.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.middleware.PlannedAdmissions;
import io.sluice.schemas.reply.HoldNames;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.Route;
import io.sluice.schemas.request.SettleRequest;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The filter in a real Jetty, in both of its ways. */
final class SluiceFilterTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final HoldNames SLOTS = new HoldNames(null, 0, "0-7");

    private final AtomicInteger served = new AtomicInteger();
    private final CountDownLatch finish = new CountDownLatch(1);
    private Server server;

    /** Answers at once, and under /async in another thread, once the test says so. */
    private final class Orders extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            served.incrementAndGet();
            if (!request.getServletPath().equals("/async")) {
                response.getWriter().print("done");
                return;
            }
            AsyncContext context = request.startAsync();
            context.start(() -> {
                try {
                    finish.await();
                    context.getResponse().getWriter().print("done later");
                    context.complete();
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
    }

    @AfterEach
    void stop() throws Exception {
        finish.countDown();
        if (server != null) {
            server.stop();
        }
    }

    private String start(SluiceFilter.Builder filter, boolean nonBlocking) throws Exception {
        QueuedThreadPool threads = new QueuedThreadPool(16);
        server = new Server(threads);
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        if (nonBlocking) {
            filter.nonBlocking();
        }
        FilterHolder holder = new FilterHolder(filter.build());
        holder.setAsyncSupported(true);
        context.addFilter(holder, "/*", EnumSet.allOf(DispatcherType.class));
        ServletHolder servlet = new ServletHolder(new Orders());
        servlet.setAsyncSupported(true);
        context.addServlet(servlet, "/orders/*");
        context.addServlet(servlet, "/async");
        server.setHandler(context);
        server.start();
        return "http://127.0.0.1:" + connector.getLocalPort();
    }

    private static SluiceFilter.Builder filter(PlannedAdmissions admissions) {
        return SluiceFilter.of(admissions, request -> request.getHeader("x-client"));
    }

    private static HttpResponse<String> get(String url, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        return HTTP.send(
                (headers.length == 0 ? request : request.headers(headers)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldServeWithFields_whenAllowed(boolean nonBlocking) throws Exception {
        // Given
        PlannedAdmissions admissions = PlannedAdmissions.always(PlannedAdmissions.allowed(HoldNames.NOTHING));
        String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        String url = start(
                filter(admissions)
                        .refine((request, admission) -> admission.cost(5).attribute("method", request.getMethod())),
                nonBlocking);

        // When
        HttpResponse<String> response = get(url + "/orders/7?x=1", "x-client", "acme/alice", "traceparent", trace);

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("done");
        assertThat(response.headers().firstValue("RateLimit")).hasValue("\"per-client\";r=19;t=3");
        assertThat(response.headers().firstValue("RateLimit-Policy")).hasValue("\"per-client\";q=20;w=60");
        assertThat(response.headers().firstValue("Retry-After")).isEmpty();
        assertThat(admissions.asked)
                .containsExactly(AdmissionRequest.of("acme/alice")
                        .cost(5)
                        .attribute("method", "GET")
                        .route(new Route("GET", "/orders/7", "127.0.0.1"))
                        .build());
        assertThat(admissions.traceparents).containsExactly(trace);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldAnswer429_whenDenied(boolean nonBlocking) throws Exception {
        // Given
        String url = start(filter(PlannedAdmissions.always(PlannedAdmissions.denied())), nonBlocking);

        // When
        HttpResponse<String> response = get(url + "/orders/7", "x-client", "acme/alice");

        // Then
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(response.headers().firstValue("Retry-After")).hasValue("3");
        assertThat(response.headers().firstValue("RateLimit")).hasValue("\"per-client\";r=0;t=3");
        assertThat(response.headers().firstValue("RateLimit-Policy")).hasValue("\"per-client\";q=20;w=60");
        assertThat(response.body())
                .isEqualTo("{\"type\":\"https://iana.org/assignments/http-problem-types#quota-exceeded\","
                        + "\"title\":\"Quota exceeded\",\"status\":429,"
                        + "\"detail\":\"limit per-client has 0 of 20 tokens left\","
                        + "\"violated-policies\":[\"per-client\"],\"retryAfterMillis\":2500}");
        assertThat(served).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldFollowTheFailurePolicy_whenThereIsNoVerdict(boolean nonBlocking) throws Exception {
        // Given: one answer for each client
        PlannedAdmissions admissions = new PlannedAdmissions(request -> CompletableFuture.completedFuture(
                switch (request.clientId().text()) {
                    case "open" -> new Answer.Degraded<AdmissionVerdict>(true, "no answer");
                    case "shut" -> new Answer.Degraded<AdmissionVerdict>(false, "no answer");
                    case "error" -> new Answer.Unavailable<AdmissionVerdict>("no answer");
                    case "wrong" ->
                        new Answer.Refused<AdmissionVerdict>(
                                new WireError("invalid-request", "cost", "9 (expected: 1)"));
                    default -> PlannedAdmissions.denyListed();
                }));
        String url = start(filter(admissions), nonBlocking) + "/orders/7";

        // When / Then
        assertThat(get(url, "x-client", "open").statusCode()).isEqualTo(200);
        assertThat(get(url, "x-client", "shut").statusCode()).isEqualTo(429);
        assertThat(get(url, "x-client", "shut").headers().firstValue("Retry-After"))
                .hasValue("1");
        assertThat(get(url, "x-client", "error").statusCode()).isEqualTo(503);
        assertThat(get(url, "x-client", "error").headers().firstValue("Retry-After"))
                .hasValue("1");
        assertThat(get(url, "x-client", "wrong").statusCode()).isEqualTo(400);
        assertThat(get(url, "x-client", "listed").statusCode()).isEqualTo(403);
        assertThat(get(url, "x-client", "no//client").statusCode()).isEqualTo(400);
        assertThat(served).hasValue(1);
    }

    @Test
    void shouldPassUnasked_whenThereIsNoClient() throws Exception {
        // Given
        PlannedAdmissions admissions = PlannedAdmissions.always(PlannedAdmissions.denied());
        String url = start(filter(admissions), /* nonBlocking= */ false);

        // When / Then
        assertThat(get(url + "/orders/7").statusCode()).isEqualTo(200);
        assertThat(admissions.asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldReleaseSlotsOnce_whenTheResponseIsComplete(boolean nonBlocking) throws Exception {
        // Given
        PlannedAdmissions admissions = PlannedAdmissions.always(PlannedAdmissions.allowed(SLOTS));
        String url = start(filter(admissions), nonBlocking);

        // When
        CompletableFuture<HttpResponse<String>> later = HTTP.sendAsync(
                HttpRequest.newBuilder(URI.create(url + "/async"))
                        .header("x-client", "acme/alice")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        Awaitility.await().until(() -> served.get() == 1);

        // Then: the request is not done yet
        assertThat(admissions.settled).isEmpty();
        finish.countDown();
        assertThat(later.get(20, TimeUnit.SECONDS).body()).isEqualTo("done later");
        Awaitility.await().until(() -> !admissions.settled.isEmpty());
        get(url + "/orders/7", "x-client", "acme/alice");
        Awaitility.await().until(() -> admissions.settled.size() == 2);
        assertThat(admissions.settled)
                .containsOnly(SettleRequest.release(
                        AdmissionRequest.of("acme/alice").build().clientId(), new DecisionId(0, 7)));
        assertThat(admissions.asked).hasSize(2);
    }

    @Test
    void shouldHoldNoThread_whenNonBlocking() throws Exception {
        // Given: more requests wait than the container has threads
        CompletableFuture<Answer<AdmissionVerdict>> verdict = new CompletableFuture<>();
        PlannedAdmissions admissions = new PlannedAdmissions(request -> verdict);
        String url = start(filter(admissions).deadlineMillis(60_000), /* nonBlocking= */ true) + "/orders/7";

        // When
        List<CompletableFuture<HttpResponse<String>>> waiting = java.util.stream.IntStream.range(0, 40)
                .mapToObj(i -> HTTP.sendAsync(
                        HttpRequest.newBuilder(URI.create(url))
                                .header("x-client", "acme/alice")
                                .build(),
                        HttpResponse.BodyHandlers.ofString()))
                .toList();
        Awaitility.await().until(() -> admissions.asked.size() == 40);
        HttpResponse<String> unasked = get(url);
        verdict.complete(PlannedAdmissions.allowed(HoldNames.NOTHING));

        // Then
        assertThat(unasked.statusCode()).isEqualTo(200);
        for (CompletableFuture<HttpResponse<String>> response : waiting) {
            assertThat(response.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
    }
}
