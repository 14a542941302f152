package io.sluice.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.Sluice;
import io.sluice.cli.process.HttpCaller.Call;
import io.sluice.testkit.guarantee.UsageEqualsDecisions;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Usage over real processes: whatever is killed, it says what the decisions say. */
@Tag("long")
final class UsageIT {
    private static final String RULES = """
        limits:
          - id: per-client
            scope: client
            rate: {tokens: 50, per: 1s}
            burst: 100
          - id: orders
            match: {path: "/v1/orders/{id}"}
            scope: account
            rate: {tokens: 1, per: 1s}
            burst: 10
        """;

    private static final List<String> HOSTILE = List.of("=1+1|x/a", "<b>&'/c", "\u202e\u00e9/d", "plain/e", "~other/f");

    private final HttpCaller caller = new HttpCaller();

    @Test
    void shouldEqualTheDecisions_whenKilledInBetween(@TempDir Path directory) throws Exception {
        // Given
        Path rules = Files.writeString(directory.resolve("rules.yaml"), RULES);
        Path data = directory.resolve("data");

        // When it is killed while requests are decided and added up
        for (int round = 0; round < 2; round++) {
            try (DevProcess dev = DevProcess.ready(data, "--rules", rules.toString())) {
                caller.postAll(dev.httpUrl() + "/v1/admissions", requests());
                dev.kill();
            }
        }

        // Then
        try (DevProcess dev = DevProcess.ready(data)) {
            caller.postAll(dev.httpUrl() + "/v1/admissions", requests());
            Awaitility.await()
                    .atMost(Duration.ofMinutes(3))
                    .untilAsserted(() -> UsageEqualsDecisions.check(dev.bootstrapServers()));
            Call usage = caller.get(dev.httpUrl() + "/v1/accounts/hot/usage?step=day");
            assertThat(usage.status()).as(usage.body()).isEqualTo(200);
            assertThat(usage.body()).contains("\"outcome\":\"denied\"").contains("\"outcome\":\"allowed\"");
            Call top = caller.get(dev.adminUrl() + "/v1/top?by=address&window=day&limit=5");
            assertThat(top.status()).as(top.body()).isEqualTo(200);
            assertThat(top.body()).contains("\"address\":\"192.0.2.");
            assertThat(printed(dev, "top", "--once", "--by", "used-cost", "--window", "day"))
                    .contains("top by used-cost, this day")
                    .contains("hot");
            assertThat(printed(dev, "account", "usage", "plain", "--step", "day"))
                    .contains("denied ")
                    .containsPattern("orders: \\d+ of 10 left");
            assertThat(printed(dev, "account", "find", "ho")).isEqualToIgnoringNewLines("hot");
            assertThat(printed(dev, "account", "find", "nobody")).isEqualToIgnoringNewLines("none");
            String metrics = caller.get(dev.adminUrl() + "/metrics").body();
            assertThat(metrics).contains("sluice_usage_up 1.0").contains("sluice_top_denied{rank=\"1\"}");
            assertThat(dev.stop()).isTrue();
        }
    }

    private static String printed(DevProcess dev, String... words) {
        StringWriter out = new StringWriter();
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--admin-url", dev.adminUrl()));
        int code = Sluice.commandLine().setOut(new PrintWriter(out)).execute(all.toArray(String[]::new));
        assertThat(code).as("%s", all).isZero();
        return out.toString();
    }

    /** One client is hot, so that its front end answers out of leases; the other names are hostile. */
    private static List<String> requests() {
        List<String> requests = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            String name = HOSTILE.get(i / 2 % HOSTILE.size());
            requests.add(
                    i % 2 == 0
                            ? "{\"clientId\":\"hot\",\"deadlineMillis\":60000}"
                            : "{\"clientId\":\"" + name + "\",\"route\":{\"path\":\"/v1/orders/" + i % 7
                                    + "\"},\"attributes\":{\"ip\":\"192.0.2." + i % 200
                                    + "\"},\"deadlineMillis\":60000}");
        }
        return requests;
    }
}
