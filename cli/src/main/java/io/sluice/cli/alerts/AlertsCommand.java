package io.sluice.cli.alerts;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ResultOptions;
import io.sluice.cli.admin.AdminClient.Answer;
import io.sluice.cli.admin.AdminOptions;
import io.sluice.cli.admin.ListPath;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice alerts}: recent alerts, newest first. */
@Command(
        name = "alerts",
        description = "Show recent alerts, newest first: thresholds that were crossed, spikes and burn rates.",
        footer = {"  sluice alerts", "  sluice alerts --account acme --type threshold", "  sluice alerts --output json"
        })
public final class AlertsCommand implements Callable<Integer> {
    @Mixin
    private AdminOptions admin = new AdminOptions();

    @Mixin
    private ResultOptions result = new ResultOptions();

    @Option(names = "--account", paramLabel = "ACCOUNT", description = "Only alerts about this account.")
    private @Nullable String account;

    @Option(names = "--limit-id", paramLabel = "LIMIT", description = "Only alerts about this limit.")
    private @Nullable String limitId;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description = "Only alerts of this type: threshold, spike or burn-rate.")
    private @Nullable String type;

    @Option(
            names = "--limit",
            paramLabel = "COUNT",
            defaultValue = "50",
            description = "Most alerts to show, 1 to 500 (default: 50).")
    private int limit = 50;

    @Option(
            names = "--before",
            paramLabel = "POSITION",
            description = "Only alerts before this position, which the last page printed.")
    private @Nullable String before;

    @Override
    public Integer call() throws CommandFailure {
        Answer answer = admin.client()
                .get(new ListPath("/v1/alerts")
                        .with("account", account)
                        .with("limitId", limitId)
                        .with("type", type)
                        .with("limit", limit)
                        .with("before", before)
                        .text());
        result.print(answer.text(), AlertText.alerts(answer));
        return 0;
    }
}
