package io.sluice.perf.load;

import io.sluice.perf.load.AdmissionLoad.Request;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code POST /v1/admissions} with a short deadline: 503 is an answer here. Counts what was admitted, by client. */
public final class ImpatientAdmissions implements HttpRequests {
    private final List<Request> loadRequests;
    private final List<byte[]> requests;
    private final long[] admitted;

    public ImpatientAdmissions(List<Request> loadRequests, long deadlineMillis) {
        this.loadRequests = List.copyOf(loadRequests);
        this.requests = loadRequests.stream()
                .map(request -> AdmissionLoad.post("/v1/admissions", AdmissionLoad.body(request, deadlineMillis)))
                .toList();
        this.admitted = new long[loadRequests.size()];
    }

    @Override
    public byte[] request(long number) {
        return requests.get((int) (number % requests.size()));
    }

    @Override
    public void answered(long number, HttpReply reply) {
        switch (reply.status()) {
            case 200 -> admitted[(int) (number % requests.size())]++;
            case 429, 503 -> {
                // Nothing was admitted.
            }
            default -> throw new IllegalStateException("neither a verdict nor a refusal: " + reply);
        }
    }

    /** Tokens that callers saw admitted, by client ID. */
    public Map<String, Long> admittedByClient() {
        Map<String, Long> tokens = new TreeMap<>();
        for (int i = 0; i < admitted.length; i++) {
            tokens.merge(loadRequests.get(i).clientId(), admitted[i], Long::sum);
        }
        return tokens;
    }
}
