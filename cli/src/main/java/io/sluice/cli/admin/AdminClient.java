package io.sluice.cli.admin;

import io.sluice.cli.CommandFailure;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DocumentTree;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** A client of one port of a request API. It turns a problem into a failure that says what is wrong, and where. */
public final class AdminClient {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

    private final HttpClient http;
    private final String name;
    private final URI base;
    private final CallerKey key;

    private AdminClient(String name, URI base, CallerKey key, @Nullable SSLContext tls) {
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_WITHIN);
        this.http = (tls == null ? builder : builder.sslContext(tls)).build();
        this.name = name;
        this.base = base;
        this.key = key;
    }

    /**
     * A client of a port.
     *
     * @param name of the port, {@code admin} or {@code data}
     * @param tls for https; null for Java's own
     */
    public static AdminClient of(String name, String url, CallerKey key, @Nullable SSLContext tls)
            throws CommandFailure {
        try {
            URI base = URI.create(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
            if (base.getHost() == null) {
                throw new CommandFailure(name + " URL " + url + " (expected: http://host:port or https://host:port)");
            }
            return new AdminClient(name, base, key, tls);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(name + " URL " + url + " (expected: http://host:port or https://host:port)", e);
        }
    }

    /** An answer: its text, and the same as a tree. */
    public record Answer(int status, String text, Map<?, ?> body) {
        /** A number of the answer; 0 if it is not there. */
        public long number(String name) {
            return body.get(name) instanceof Long number ? number : 0;
        }

        public String text(String name) {
            return String.valueOf(body.get(name));
        }

        public List<?> list(String name) {
            return body.get(name) instanceof List<?> list ? list : List.of();
        }
    }

    public Answer get(String path) throws CommandFailure {
        Answer answer = call(request(path).GET());
        return expectSuccess("GET " + path, answer);
    }

    /** Like {@link #get}, but what is not there is null. */
    public @Nullable Answer find(String path) throws CommandFailure {
        Answer answer = call(request(path).GET());
        return answer.status() == 404 ? null : expectSuccess("GET " + path, answer);
    }

    /**
     * Sends a command.
     *
     * @param expectedRevision sent as If-Match; null for none
     */
    public Answer post(String path, Map<String, ?> body, @Nullable Long expectedRevision) throws CommandFailure {
        return expectSuccess("POST " + path, tryPost(path, body, expectedRevision));
    }

    /** Like {@link #post}, but a problem is an answer too. */
    public Answer tryPost(String path, Map<String, ?> body, @Nullable Long expectedRevision) throws CommandFailure {
        HttpRequest.Builder request = request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(DocumentTree.toJson(body)));
        if (expectedRevision != null) {
            request.header("If-Match", "\"" + expectedRevision + "\"");
        }
        return call(request);
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).timeout(ANSWER_WITHIN);
        return key.text() == null ? request : request.header("Authorization", "Bearer " + key.text());
    }

    private Answer call(HttpRequest.Builder request) throws CommandFailure {
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            Object tree = response.body().isEmpty() ? Map.of() : DocumentTree.ofJson(response.body());
            return new Answer(
                    response.statusCode(), response.body(), tree instanceof Map<?, ?> members ? members : Map.of());
        } catch (WireException e) {
            throw new CommandFailure(name + " port " + base + ": not the answer of a request API", e);
        } catch (SSLException e) {
            throw new CommandFailure(
                    name + " port " + base + ": TLS failed: " + CommandFailure.lineOf(e)
                            + " (expected: a server with TLS, whose authority --ca-file names; and --client-cert, if it"
                            + " asks for one)",
                    e);
        } catch (IOException e) {
            throw new CommandFailure(name + " port " + base + " cannot be reached: " + CommandFailure.lineOf(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted while waiting for " + base, e);
        }
    }

    /** Turns a problem into a failure. */
    public Answer expectSuccess(String what, Answer answer) throws CommandFailure {
        if (answer.status() >= 200 && answer.status() < 300) {
            return answer;
        }
        StringJoiner errors = new StringJoiner("; ");
        for (Object error : answer.list("errors")) {
            if (error instanceof Map<?, ?> members) {
                Object field = members.get("field");
                String place = field == null || field.toString().isEmpty() ? "" : field + ": ";
                errors.add(place + members.get("detail"));
            }
        }
        boolean isPlain = errors.length() == 0 || answer.text("detail").contains(errors.toString());
        throw new CommandFailure(what + ": " + answer.status() + " " + answer.text("title") + ": "
                + answer.text("detail") + (isPlain ? "" : ": " + errors)
                + (answer.status() == 401 ? " (" + key.hint() + ")" : ""));
    }
}
