package io.sluice.perf.rest;

import io.sluice.perf.load.AdmissionLoad.Request;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The requests over REST, and their rules: orders are plentiful, offers are scarce. */
public final class RestTraffic {
    /** One limit applies to each request. */
    public static final String RULES = """
            {"limits":[
              {"id":"per-client","match":{"path":"/v1/orders/**"},"scope":"client",
               "rate":{"tokens":1000000,"per":"1s"},"burst":1000000000},
              {"id":"scarce","match":{"path":"/v1/offers/**"},"scope":"client",
               "rate":{"tokens":1,"per":"1h"},"burst":1}]}
            """;

    private static final String ORDERS = "/v1/orders/7";
    private static final String OFFERS = "/v1/offers/7";
    private static final int CYCLE = 10;
    private static final long SEED = 20_261_121L;

    private RestTraffic() {}

    /** So many limits apply to each order, and allow it. */
    public static String rulesOf(int limits) {
        return IntStream.range(0, limits)
                .mapToObj(i -> """
                        {"id":"per-client-%d","match":{"path":"/v1/orders/**"},"scope":"client",
                         "rate":{"tokens":1000000,"per":"1s"},"burst":1000000000}""".formatted(i))
                .collect(Collectors.joining(",", "{\"limits\":[", "]}"));
    }

    /** Requests of so many clients, one account each, that are all allowed. */
    public static List<Request> allowed(String prefix, int clients) {
        return IntStream.range(0, clients)
                .mapToObj(i -> new Request(client(prefix, i), ORDERS))
                .toList();
    }

    /** The same, with every request through Kafka. */
    public static List<Request> exactly(List<Request> loadRequests) {
        return loadRequests.stream().map(Request::exactly).toList();
    }

    /** Of every ten requests of a client nine are denied, once its only token is spent; clients come in no order. */
    public static List<Request> mostlyDenied(String prefix, int clients) {
        List<Request> loadRequests = new ArrayList<>(clients * CYCLE);
        for (int i = 0; i < clients * CYCLE; i++) {
            loadRequests.add(new Request(client(prefix, i / CYCLE), i % CYCLE == 0 ? ORDERS : OFFERS));
        }
        Collections.shuffle(loadRequests, new Random(SEED));
        return loadRequests;
    }

    private static String client(String prefix, int number) {
        return prefix + "-" + number + "/team/alice";
    }
}
