package io.sluice.perf.rest;

import io.sluice.perf.load.AdmissionQuestions.Question;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** What is asked over REST, and under which rules: orders are plentiful, offers are scarce. */
public final class RestTraffic {
    /** One limit applies to each question. */
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

    /** Questions of so many clients, one account each, that are all allowed. */
    public static List<Question> allowed(String prefix, int clients) {
        return IntStream.range(0, clients)
                .mapToObj(i -> new Question(client(prefix, i), ORDERS))
                .toList();
    }

    /** The same, with every question through Kafka. */
    public static List<Question> exactly(List<Question> questions) {
        return questions.stream().map(Question::exactly).toList();
    }

    /** Of every ten questions of a client nine are denied, once its only token is spent; clients ask in no order. */
    public static List<Question> mostlyDenied(String prefix, int clients) {
        List<Question> questions = new ArrayList<>(clients * CYCLE);
        for (int i = 0; i < clients * CYCLE; i++) {
            questions.add(new Question(client(prefix, i / CYCLE), i % CYCLE == 0 ? ORDERS : OFFERS));
        }
        Collections.shuffle(questions, new Random(SEED));
        return questions;
    }

    private static String client(String prefix, int number) {
        return prefix + "-" + number + "/team/alice";
    }
}
