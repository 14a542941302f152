package io.sluice.perf.overload;

import io.sluice.perf.load.AdmissionLoad;
import io.sluice.perf.load.AdmissionLoad.Request;
import io.sluice.perf.load.HttpReply;
import io.sluice.perf.load.HttpRequests;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * {@code POST /v1/admissions/atomic}: many checks of one client for one verdict, which are little work for callers and
 * front ends, and much for the ledger. A 503 is an answer here. Counts what was admitted, by client.
 */
final class HeavyRequests implements HttpRequests {
    private final List<Request> checks;
    private final int checksPerRequest;
    private final List<byte[]> requests;
    private final AtomicLongArray allowed;
    private final AtomicLong refused = new AtomicLong();

    /** One kind of request for each of these checks, with so many of it. */
    HeavyRequests(List<Request> checks, int checksPerRequest, long deadlineMillis) {
        this.checks = List.copyOf(checks);
        this.checksPerRequest = checksPerRequest;
        this.requests = checks.stream()
                .map(check -> bytes(check, checksPerRequest, deadlineMillis))
                .toList();
        this.allowed = new AtomicLongArray(checks.size());
    }

    private static byte[] bytes(Request check, int times, long deadlineMillis) {
        String one = "{\"clientId\":\"" + check.clientId() + "\",\"route\":{\"method\":\"POST\",\"path\":\""
                + check.path() + "\"}}";
        String body = "{\"checks\":[" + String.join(",", Collections.nCopies(times, one)) + "],\"deadlineMillis\":"
                + deadlineMillis + "}";
        return AdmissionLoad.post("/v1/admissions/atomic", body);
    }

    @Override
    public byte[] request(long number) {
        return requests.get((int) (number % requests.size()));
    }

    @Override
    public void answered(long number, HttpReply reply) {
        switch (reply.status()) {
            case 200 -> allowed.incrementAndGet((int) (number % requests.size()));
            case 503 -> refused.incrementAndGet();
            default -> throw new IllegalStateException("neither allowed nor overloaded: " + reply);
        }
    }

    /** Requests that got a 503. */
    long refused() {
        return refused.get();
    }

    /** Tokens that callers saw admitted, by client ID. */
    Map<String, Long> admittedByClient() {
        Map<String, Long> tokens = new TreeMap<>();
        for (int i = 0; i < checks.size(); i++) {
            tokens.merge(checks.get(i).clientId(), allowed.get(i) * checksPerRequest, Long::sum);
        }
        return tokens;
    }
}
