package io.sluice.cli.access;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ResultOptions;
import io.sluice.cli.admin.AdminClient.Answer;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sluice allow-cidr}: lets addresses through for a time. */
@Command(
        name = "allow-cidr",
        description = "Allow requests from ranges of addresses for a time, without a new ruleset.",
        footer = "  sluice allow-cidr 203.0.113.0/24 --for 1h --reason \"load test\"")
public final class AllowCidrCommand implements Callable<Integer> {
    @Mixin
    private ResultOptions result = new ResultOptions();

    @Mixin
    private CidrOptions cidr = new CidrOptions();

    @Override
    public Integer call() throws CommandFailure {
        Answer answer = cidr.add("allow");
        result.print(answer.text(), List.of(AccessText.added(answer)));
        return 0;
    }
}
