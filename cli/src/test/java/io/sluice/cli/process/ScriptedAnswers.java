package io.sluice.cli.process;

import com.microsoft.playwright.Route;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Answers that a test gives to the console in place of the server. */
final class ScriptedAnswers {
    private ScriptedAnswers() {}

    /** The number that a page of the audit trail has to come before. */
    static int before(Route route) {
        return Integer.parseInt(route.request().url().replaceFirst(".*before=", ""));
    }

    static void fulfill(Route route, String json) {
        route.fulfill(
                new Route.FulfillOptions().setContentType("application/json").setBody(json));
    }

    /** A page of the audit trail: so many steps from that number down. */
    static String steps(int newest, int count) {
        String entries = IntStream.range(0, count)
                .mapToObj(at -> "{\"sequence\":" + (newest - at)
                        + ",\"atMillis\":1,\"principal\":\"p\",\"action\":\"a\",\"reason\":\"r\"}")
                .collect(Collectors.joining(","));
        return "{\"entries\":[" + entries + "],\"next\":\"/v1/audit?before=" + (newest - count + 1) + "\"}";
    }
}
