package io.sluice.perf.load;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * {@code POST /v1/admissions}, request after request, with a count of what was admitted. An answer is proper if its
 * status is 200 or 429 and its body says the same; a 503 is a missing reply.
 */
public final class AdmissionLoad implements HttpRequests {
    private static final int ALLOWED = 200;
    private static final int DENIED = 429;
    /** Long: a saturated or cold server is to be measured, and the load must not give up. */
    private static final long DEADLINE_MILLIS = 20_000;

    private static final byte[] ALLOW = "\"verdict\":\"allow\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DENY = "\"verdict\":\"deny\"".getBytes(StandardCharsets.US_ASCII);

    private final List<Request> loadRequests;
    private final List<byte[]> requests;
    private final AtomicLongArray admitted;
    private final AtomicLongArray denied;

    /**
     * Which client sends which request.
     *
     * @param exact whether only the ledger may answer
     */
    public record Request(String clientId, String path, boolean exact) {
        public Request(String clientId, String path) {
            this(clientId, path, /* exact= */ false);
        }

        /** The same, through Kafka however often it is sent. */
        public Request exactly() {
            return new Request(clientId, path, /* exact= */ true);
        }
    }

    /**
     * Sends these requests, over and over.
     *
     * @param base what stands before {@code /v1/admissions} in the server's path
     */
    public AdmissionLoad(String base, List<Request> loadRequests) {
        this.loadRequests = List.copyOf(loadRequests);
        this.requests = loadRequests.stream()
                .map(request -> post(base + "/v1/admissions", body(request)))
                .toList();
        this.admitted = new AtomicLongArray(loadRequests.size());
        this.denied = new AtomicLongArray(loadRequests.size());
    }

    static String body(Request request) {
        return body(request, DEADLINE_MILLIS);
    }

    static String body(Request request, long deadlineMillis) {
        return "{\"clientId\":\"" + request.clientId() + "\",\"route\":{\"method\":\"POST\",\"path\":\""
                + request.path() + "\",\"host\":\"api.example.com\"},\"deadlineMillis\":" + deadlineMillis
                + (request.exact() ? ",\"exact\":true}" : "}");
    }

    /** A request with a body of JSON, as it goes over the connection. */
    public static byte[] post(String path, String body) {
        String head =
                "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n";
        return (head + body).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] request(long number) {
        return requests.get((int) (number % requests.size()));
    }

    @Override
    public void answered(long number, HttpReply reply) {
        int request = (int) (number % requests.size());
        int status = reply.status();
        if (status == ALLOWED && reply.indexOf(ALLOW, 0) >= 0) {
            admitted.incrementAndGet(request);
        } else if (status == DENIED && reply.indexOf(DENY, 0) >= 0) {
            denied.incrementAndGet(request);
        } else {
            throw new IllegalStateException("not a verdict: " + reply);
        }
    }

    public long admitted() {
        return sum(admitted);
    }

    public long denied() {
        return sum(denied);
    }

    private static long sum(AtomicLongArray counts) {
        long sum = 0;
        for (int i = 0; i < counts.length(); i++) {
            sum += counts.get(i);
        }
        return sum;
    }

    /** Tokens that this side saw admitted, by client ID. */
    public Map<String, Long> admittedByClient() {
        return byClient(loadRequests, admitted);
    }

    static Map<String, Long> byClient(List<Request> loadRequests, AtomicLongArray admitted) {
        Map<String, Long> tokens = new TreeMap<>();
        for (int i = 0; i < loadRequests.size(); i++) {
            tokens.merge(loadRequests.get(i).clientId(), admitted.get(i), Long::sum);
        }
        return tokens;
    }
}
