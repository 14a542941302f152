package io.sluice.api;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Calls one port over HTTP, well-behaved or not. */
final class ApiCaller {
    private final HttpClient client = HttpClient.newHttpClient();
    private final int port;

    ApiCaller(int port) {
        this.port = port;
    }

    int port() {
        return port;
    }

    HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return send(request(path)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(20));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Sends bytes as they are; returns all that comes back until the server closes. */
    String raw(String request) throws IOException {
        try (RawConnection connection = new RawConnection(port)) {
            return connection.send(request).readAll();
        }
    }

    /** Asks, and hangs up before the answer. */
    void abandon(String path, String body) throws IOException {
        try (RawConnection connection = new RawConnection(port)) {
            connection.send(RawConnection.post(path, body));
        }
    }
}
