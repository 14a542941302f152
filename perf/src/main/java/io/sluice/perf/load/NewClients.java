package io.sluice.perf.load;

import java.time.Duration;

/** {@code POST /v1/admissions}, each of a client that has not asked before; after the last, the first asks again. */
public final class NewClients implements HttpRequests {
    /** Long enough that opening the connections costs nothing, short enough to look at the front end in between. */
    public static final Duration SLICE = Duration.ofSeconds(2);

    private static final int ALLOWED = 200;
    private static final String PATH = "/v1/orders/7";

    private final int clients;
    private volatile long last;

    /** So many clients. */
    public NewClients(int clients) {
        this.clients = clients;
    }

    @Override
    public byte[] request(long number) {
        last = number;
        String clientId = "shop-" + number % clients + "/alice";
        return AdmissionLoad.post("/v1/admissions", AdmissionLoad.body(new AdmissionLoad.Request(clientId, PATH)));
    }

    @Override
    public void answered(long number, HttpReply reply) {
        if (reply.status() != ALLOWED) {
            throw new IllegalStateException("not allowed: " + reply);
        }
    }

    /** Whether each client has asked once. */
    public boolean haveAllAsked() {
        return last >= clients - 1;
    }
}
