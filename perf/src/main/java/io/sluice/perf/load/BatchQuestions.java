package io.sluice.perf.load;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.Collectors;

/** {@code POST /v1/admissions/batch}: the same admissions, many in one request, each with an answer of its own. */
public final class BatchQuestions implements HttpQuestions {
    private static final int OK = 200;
    private static final int DENIED = 429;
    private static final byte[] STATUS = "{\"status\":".getBytes(StandardCharsets.US_ASCII);

    private final List<AdmissionQuestions.Question> questions;
    private final int batchSize;
    private final List<byte[]> requests = new ArrayList<>();
    private final AtomicLongArray admitted;

    /** Batches of so many questions, which divides their number. */
    public BatchQuestions(List<AdmissionQuestions.Question> questions, int batchSize) {
        if (questions.size() % batchSize != 0) {
            throw new IllegalArgumentException(
                    "batchSize: " + batchSize + " (expected: a divisor of " + questions.size() + ")");
        }
        this.questions = List.copyOf(questions);
        this.batchSize = batchSize;
        this.admitted = new AtomicLongArray(questions.size());
        for (int start = 0; start < questions.size(); start += batchSize) {
            String body = questions.subList(start, start + batchSize).stream()
                    .map(AdmissionQuestions::body)
                    .collect(Collectors.joining(",", "{\"requests\":[", "]}"));
            requests.add(AdmissionQuestions.post("/v1/admissions/batch", body));
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
        Map<String, Long> tokens = new TreeMap<>();
        for (int i = 0; i < questions.size(); i++) {
            tokens.merge(questions.get(i).clientId(), admitted.get(i), Long::sum);
        }
        return tokens;
    }
}
