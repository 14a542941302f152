package io.sluice.perf.load;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.Collectors;

/** {@code POST /v1/admissions/batch}: the same admissions, many in one request, each with an answer of its own. */
public final class HttpBatches implements HttpRequests {
    private static final int OK = 200;
    private static final int DENIED = 429;
    private static final byte[] STATUS = "{\"status\":".getBytes(StandardCharsets.US_ASCII);

    private final List<AdmissionLoad.Request> loadRequests;
    private final int batchSize;
    private final List<byte[]> requests = new ArrayList<>();
    private final AtomicLongArray admitted;

    /** Batches of so many requests, which divides their number. */
    public HttpBatches(List<AdmissionLoad.Request> loadRequests, int batchSize) {
        if (loadRequests.size() % batchSize != 0) {
            throw new IllegalArgumentException(
                    "batchSize: " + batchSize + " (expected: a divisor of " + loadRequests.size() + ")");
        }
        this.loadRequests = List.copyOf(loadRequests);
        this.batchSize = batchSize;
        this.admitted = new AtomicLongArray(loadRequests.size());
        for (int start = 0; start < loadRequests.size(); start += batchSize) {
            String body = loadRequests.subList(start, start + batchSize).stream()
                    .map(AdmissionLoad::body)
                    .collect(Collectors.joining(",", "{\"requests\":[", "]}"));
            requests.add(AdmissionLoad.post("/v1/admissions/batch", body));
        }
    }

    @Override
    public byte[] request(long number) {
        return requests.get((int) (number % requests.size()));
    }

    @Override
    public void answered(long number, HttpReply reply) {
        int first = (int) (number % requests.size()) * batchSize;
        int at = reply.status() == OK ? reply.indexOf(STATUS, 0) : -1;
        int results = 0;
        while (at >= 0) {
            int status = reply.numberAt(at + STATUS.length);
            if (status == OK) {
                admitted.incrementAndGet(first + results);
            } else if (status != DENIED) {
                throw new IllegalStateException("result " + results + " is no verdict: " + reply);
            }
            results++;
            at = reply.indexOf(STATUS, at + STATUS.length);
        }
        if (results != batchSize) {
            throw new IllegalStateException(results + " results (expected: " + batchSize + "): " + reply);
        }
    }

    /** Tokens that this side saw admitted, by client ID. */
    public Map<String, Long> admittedByClient() {
        return AdmissionLoad.byClient(loadRequests, admitted);
    }
}
