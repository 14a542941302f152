package io.sluice.perf.load;

import io.sluice.perf.load.AdmissionLoad.Request;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * {@code POST /v1/admissions} of clients in the order in which they were drawn. Beside what was admitted it counts the
 * answers that a front end gave by itself, and for how long each client has been asking.
 */
public final class DrawnAdmissions implements HttpRequests {
    private static final byte[] LOCAL = "\"recordedIn\":\"lease-report\"".getBytes(StandardCharsets.US_ASCII);
    private static final double NANOS_PER_SECOND = 1e9;
    private static final long NEVER = 0;

    private final AdmissionLoad admissions;
    private final List<Request> clients;
    private final int[] drawn;
    private final LongAdder local = new LongAdder();
    /** Times begin at 1, so that 0 is never one. */
    private final long originNanos = System.nanoTime() - 1;

    private final AtomicLongArray firstSent;
    private final AtomicLongArray lastAnswered;

    /**
     * Sends these clients' requests, over and over.
     *
     * @param base what stands before {@code /v1/admissions} in the server's path
     * @param clients one request of each
     * @param drawn their numbers, in the order of sending
     */
    public DrawnAdmissions(String base, List<Request> clients, int[] drawn) {
        this.admissions = new AdmissionLoad(base, clients);
        this.clients = List.copyOf(clients);
        this.drawn = drawn.clone();
        this.firstSent = new AtomicLongArray(clients.size());
        this.lastAnswered = new AtomicLongArray(clients.size());
    }

    private int client(long number) {
        return drawn[(int) (number % drawn.length)];
    }

    @Override
    public byte[] request(long number) {
        int client = client(number);
        if (firstSent.get(client) == NEVER) {
            firstSent.compareAndSet(client, NEVER, System.nanoTime() - originNanos);
        }
        return admissions.request(client);
    }

    @Override
    public void answered(long number, HttpReply reply) {
        int client = client(number);
        admissions.answered(client, reply);
        lastAnswered.set(client, System.nanoTime() - originNanos);
        if (reply.indexOf(LOCAL, 0) >= 0) {
            local.increment();
        }
    }

    /** Answers that the front end gave by itself so far: out of a lease, or by repeating a denial. */
    public long local() {
        return local.sum();
    }

    public long admitted() {
        return admissions.admitted();
    }

    /** Tokens that this side saw admitted, by client ID. */
    public Map<String, Long> admittedByClient() {
        return admissions.admittedByClient();
    }

    /**
     * How many tokens clients saw admitted beyond a bucket that was full at their first request, and has been filling
     * until their last answer.
     */
    public long admittedBeyond(long burst, double perSecond) {
        Map<String, Long> admitted = admittedByClient();
        long beyond = 0;
        for (int client = 0; client < clients.size(); client++) {
            long nanos = lastAnswered.get(client) - firstSent.get(client);
            long most = burst + (long) Math.ceil(perSecond * nanos / NANOS_PER_SECOND);
            beyond += Math.max(0, admitted.getOrDefault(clients.get(client).clientId(), 0L) - most);
        }
        return beyond;
    }
}
