package io.sluice.cli.process;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;

/** Asks over HTTP, many at once. */
public final class HttpCaller {
    private final HttpClient client;
    private final String token;

    /** One without a token. */
    public HttpCaller() {
        this(
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(20))
                        .build(),
                "");
    }

    /** One that speaks https, to servers of these authorities. */
    HttpCaller(SSLContext tls) {
        this(
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(20))
                        .sslContext(tls)
                        .build(),
                "");
    }

    private HttpCaller(HttpClient client, String token) {
        this.client = client;
        this.token = token;
    }

    /** The same with a bearer token. */
    HttpCaller as(String newToken) {
        return new HttpCaller(client, newToken);
    }

    /** What one call came to. */
    public record Call(int status, String body) {}

    /** Posts every body to the same address at once; the calls are in the order of the bodies. */
    List<Call> postAll(String url, List<String> bodies) {
        List<CompletableFuture<Call>> calls = new ArrayList<>();
        for (String body : bodies) {
            HttpRequest request = request(url)
                    .header("content-type", "application/json")
                    .timeout(Duration.ofSeconds(60))
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            calls.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                    .thenApply(response -> new Call(response.statusCode(), response.body())));
        }
        return calls.stream().map(CompletableFuture::join).toList();
    }

    public Call get(String url) {
        HttpRequest request = request(url).timeout(Duration.ofSeconds(20)).build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .thenApply(response -> new Call(response.statusCode(), response.body()))
                .join();
    }

    /** The sample of a server's metrics with this name and these labels, as its scrape writes them. */
    double metric(String adminUrl, String series) {
        String metrics = get(adminUrl + "/metrics").body();
        return metrics.lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(series + " (expected: in " + metrics + ")"));
    }

    private HttpRequest.Builder request(String url) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        return token.isEmpty() ? request : request.header("authorization", "Bearer " + token);
    }
}
