package io.sluice.cli.usage;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ResultOptions;
import io.sluice.cli.admin.AdminClient;
import io.sluice.cli.admin.AdminClient.Answer;
import io.sluice.cli.admin.AdminOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice top}: the accounts or addresses that are refused most, use most, or have most clients. */
@Command(
        name = "top",
        description = "Show the accounts or addresses that are refused most, use most, or have most clients.",
        footer = {
            "  sluice top",
            "  sluice top --by used-cost --window day --once",
            "  sluice top --by address --once --output json"
        })
public final class TopCommand implements Callable<Integer> {

    @Mixin
    private AdminOptions admin = new AdminOptions();

    @Mixin
    private ResultOptions result = new ResultOptions();

    @Option(
            names = "--by",
            paramLabel = "RANKING",
            defaultValue = "denied",
            description = "What to rank by: denied, denied-cost, used-cost, clients or address (default: denied).")
    private String by = "denied";

    @Option(
            names = "--window",
            paramLabel = "WINDOW",
            defaultValue = "hour",
            description = "The current minute, hour or day (default: hour).")
    private String window = "hour";

    @Option(
            names = "--limit",
            paramLabel = "COUNT",
            defaultValue = "20",
            description = "Most rows to show (default: 20).")
    private int limit = 20;

    @Option(names = "--once", description = "Show it once; by default, repeat until stopped.")
    private boolean once;

    @Option(
            names = "--interval-seconds",
            paramLabel = "SECONDS",
            defaultValue = "2",
            description = "The pause between two requests (default: 2).")
    private int intervalSeconds = 2;

    @Override
    public Integer call() throws CommandFailure {
        if (intervalSeconds < 1) {
            throw new CommandFailure("--interval-seconds " + intervalSeconds + " (expected: at least 1)");
        }
        AdminClient client = admin.client();
        String path = "/v1/top?by=" + encoded(by) + "&window=" + encoded(window) + "&limit=" + limit;
        boolean goesOn = true;
        while (goesOn) {
            Answer answer = client.get(path);
            if (!once && !result.asJson() && System.console() != null) {
                result.clear();
            }
            result.print(answer.text(), UsageText.top(answer));
            goesOn = !once && !stoppedWithin(intervalSeconds);
        }
        return 0;
    }

    private static boolean stoppedWithin(int seconds) {
        try {
            // The pause between two requests; it ends early when the command is stopped.
            return new CountDownLatch(1).await(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
