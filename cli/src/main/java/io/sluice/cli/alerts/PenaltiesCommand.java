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

/** {@code sluice penalties}: the accounts and clients that are under a penalty now. */
@Command(
        name = "penalties",
        description = "Show which accounts and clients are under a penalty now, newest first.",
        footer = {"  sluice penalties", "  sluice penalties --account shop", "  sluice penalties --mode shadow"})
public final class PenaltiesCommand implements Callable<Integer> {
    @Mixin
    private AdminOptions admin = new AdminOptions();

    @Mixin
    private ResultOptions result = new ResultOptions();

    @Option(names = "--account", paramLabel = "ACCOUNT", description = "Only this account and its clients.")
    private @Nullable String account;

    @Option(names = "--penalty", paramLabel = "RULE", description = "Only penalties under this rule.")
    private @Nullable String penalty;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = "Only penalties that are enforced, or only those in shadow: enforce or shadow.")
    private @Nullable String mode;

    @Option(
            names = "--limit",
            paramLabel = "COUNT",
            defaultValue = "50",
            description = "Most penalties to show, 1 to 500 (default: 50).")
    private int limit = 50;

    @Option(
            names = "--before",
            paramLabel = "OFFSET",
            description = "Only penalties before this position, which the last page printed.")
    private @Nullable Long before;

    @Override
    public Integer call() throws CommandFailure {
        Answer answer = admin.client()
                .get(new ListPath("/v1/penalties")
                        .with("account", account)
                        .with("penalty", penalty)
                        .with("mode", mode)
                        .with("limit", limit)
                        .with("before", before)
                        .text());
        result.print(answer.text(), AlertText.penalties(answer));
        return 0;
    }
}
