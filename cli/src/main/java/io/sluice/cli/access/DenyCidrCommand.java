package io.sluice.cli.access;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ResultOptions;
import io.sluice.cli.admin.AdminClient.Answer;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sluice deny-cidr}: keeps addresses out for a time. */
@Command(
        name = "deny-cidr",
        description = "Deny requests from ranges of addresses for a time, without a new ruleset.",
        footer = "  sluice deny-cidr 203.0.113.0/24 --for 1h --reason \"scanner, #4713\"")
public final class DenyCidrCommand implements Callable<Integer> {
    @Mixin
    private ResultOptions result = new ResultOptions();

    @Mixin
    private CidrOptions cidr = new CidrOptions();

    @Override
    public Integer call() throws CommandFailure {
        Answer answer = cidr.add("deny");
        result.print(answer.text(), List.of(AccessText.added(answer)));
        return 0;
    }
}
