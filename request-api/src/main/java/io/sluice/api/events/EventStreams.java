package io.sluice.api.events;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.api.auth.Permission;
import io.sluice.api.auth.Role;
import io.sluice.api.http.HttpAnswer;
import io.sluice.api.http.JsonBody;
import io.sluice.api.http.Problem;
import io.sluice.api.http.RequestUrl;
import io.sluice.api.server.ApiRequest;
import io.sluice.api.server.ApiRoute;
import io.sluice.schemas.WireException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/events}: Server-Sent Events for pages that are looked at. Every event has the whole state, so a page
 * loses nothing if it misses some.
 *
 * <p>The number of streams, those of one caller, and their time are bounded. A page without a stream polls.
 */
public final class EventStreams implements AutoCloseable {
    private static final String CONTENT_TYPE = "text/event-stream";
    /** A proxy must neither store nor delay events. */
    private static final Map<String, String> FIELDS = Map.of("Cache-Control", "no-store", "X-Accel-Buffering", "no");

    private final EventBounds bounds;
    private final LongSupplier clockMillis;
    private final Counter refused;
    private final Set<EventStream> open = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> byCaller = new ConcurrentHashMap<>();
    private boolean isClosed;

    /** One event. */
    public record Event(String name, JsonBody data) {}

    /** No streams yet. */
    public EventStreams(EventBounds bounds, MeterRegistry registry, LongSupplier clockMillis) {
        this.bounds = bounds;
        this.clockMillis = clockMillis;
        this.refused = Counter.builder("sluice.http.events.refused")
                .description("Streams of events that were refused, because the bound was reached")
                .register(registry);
        Gauge.builder("sluice.http.events.streams", open, Set::size)
                .description("Streams of events to pages of the console")
                .register(registry);
        Gauge.builder("sluice.http.events.streams.max", bounds, EventBounds::streamsMax)
                .description("Bound of streams of events")
                .register(registry);
    }

    /** Its route on the admin port. */
    public ApiRoute route() {
        return ApiRoute.get(
                        "/v1/events",
                        Permission.of(Role.VIEWER),
                        request -> open(request).now())
                .named("events");
    }

    private HttpAnswer open(ApiRequest request) throws WireException {
        RequestUrl.expectOnly(request.query());
        HttpAnswer head = HttpAnswer.of(CONTENT_TYPE, new byte[0]).with(FIELDS);
        if (request.origin().method().equals("HEAD")) {
            return head;
        }
        String caller = request.caller().name();
        EventStream stream = opened(caller);
        if (stream == null) {
            refused.increment();
            return Problem.unavailable("too many streams are open (expected: at most " + bounds.streamsMax() + ", and "
                    + bounds.streamsOfCallerMax() + " of one caller)");
        }
        return head.withBody(stream);
    }

    private synchronized @Nullable EventStream opened(String caller) {
        if (isClosed
                || open.size() >= bounds.streamsMax()
                || byCaller.getOrDefault(caller, 0) >= bounds.streamsOfCallerMax()) {
            return null;
        }
        // A comment, so that the page knows at once that it is connected.
        EventStream stream = new EventStream(
                ": open\n\n".getBytes(StandardCharsets.US_ASCII),
                clockMillis.getAsLong() + bounds.lifeMillis(),
                over -> close(over, caller));
        open.add(stream);
        byCaller.merge(caller, 1, Integer::sum);
        return stream;
    }

    private void close(EventStream stream, String caller) {
        if (open.remove(stream)) {
            byCaller.computeIfPresent(caller, (name, count) -> count == 1 ? null : count - 1);
        }
    }

    /** Whether anybody listens. */
    public boolean isHeard() {
        return !open.isEmpty();
    }

    /** Tells every page; waits for none. */
    public void tell(List<Event> events) {
        StringBuilder text = new StringBuilder();
        for (Event event : events) {
            // JSON has no line breaks outside of texts, and escapes them there.
            text.append("event: ")
                    .append(event.name())
                    .append("\ndata: ")
                    .append(new String(event.data().bytes(), StandardCharsets.UTF_8))
                    .append("\n\n");
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        long nowMillis = clockMillis.getAsLong();
        open.forEach(stream -> stream.offer(bytes, nowMillis));
    }

    /** Ends every stream, so that no page holds up a server that stops. */
    @Override
    public void close() {
        synchronized (this) {
            isClosed = true;
        }
        open.forEach(EventStream::end);
    }
}
