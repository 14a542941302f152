package io.sluice.perf.wide;

import io.sluice.perf.load.AdmissionLoad;
import io.sluice.perf.load.HttpReply;
import io.sluice.perf.load.HttpRequests;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.LongAdder;

/**
 * Admissions of a thousand accounts under one path, every one through Kafka, each from an address of its own where
 * there are addresses.
 */
final class WideLoad implements HttpRequests {
    private static final int ACCOUNTS = 1_000;
    private static final byte[] ALLOW = "\"verdict\":\"allow\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DENY = "\"verdict\":\"deny\"".getBytes(StandardCharsets.US_ASCII);

    private final String path;
    private final int addresses;
    private final LongAdder admitted = new LongAdder();

    /**
     * Requests for this path.
     *
     * @param addresses how many there are; 0 for requests without one
     */
    WideLoad(String path, int addresses) {
        this.path = path;
        this.addresses = addresses;
    }

    @Override
    public byte[] request(long number) {
        long address = addresses == 0 ? 0 : number * 7_919 % addresses;
        String attributes = addresses == 0
                ? ""
                : ",\"attributes\":{\"ip\":\"10." + (address >> 16) + "." + (address >> 8 & 255) + "." + (address & 255)
                        + "\"}";
        return AdmissionLoad.post(
                "/v1/admissions",
                "{\"clientId\":\"wide-" + number % ACCOUNTS + "\",\"route\":{\"method\":\"POST\",\"path\":\"" + path
                        + "\"},\"deadlineMillis\":20000,\"exact\":true" + attributes + "}");
    }

    @Override
    public void answered(long number, HttpReply reply) {
        if (reply.status() == 200 && reply.indexOf(ALLOW, 0) >= 0) {
            admitted.increment();
        } else if (reply.status() != 429 || reply.indexOf(DENY, 0) < 0) {
            throw new IllegalStateException("not a verdict: " + reply);
        }
    }

    long admitted() {
        return admitted.sum();
    }
}
