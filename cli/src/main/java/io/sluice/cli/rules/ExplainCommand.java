package io.sluice.cli.rules;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ResultOptions;
import io.sluice.cli.RouteOptions;
import io.sluice.cli.admin.AdminClient.Answer;
import io.sluice.cli.admin.AdminOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice explain}: the verdict that an admission would get now, limit by limit; takes nothing. */
@Command(
        name = "explain",
        description = "Tell what would be said to an admission, and why; takes nothing.",
        footer = "  sluice explain --client acme/alice --method POST --path /v1/orders --cost 5")
public final class ExplainCommand implements Callable<Integer> {
    @Mixin
    private AdminOptions admin = new AdminOptions();

    @Option(
            names = "--client",
            paramLabel = "CLIENT_ID",
            required = true,
            description = "Who would ask: account[/segment...].")
    private String clientId = "";

    @Option(
            names = "--cost",
            paramLabel = "TOKENS",
            defaultValue = "1",
            description = "Tokens that would be asked for (default: 1).")
    private long cost;

    @Mixin
    private RouteOptions about = new RouteOptions();

    @Mixin
    private ResultOptions result = new ResultOptions();

    @Override
    public Integer call() throws CommandFailure {
        Answer answer =
                admin.client().post("/v1/explain", about.admission(clientId, cost), /* expectedRevision= */ null);
        result.print(answer.text(), ExplainText.lines(answer.body()));
        return 0;
    }
}
