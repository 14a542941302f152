package io.sluice.cli.admission;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ResultOptions;
import io.sluice.cli.admin.AdminClient.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice redeem}: a challenge was passed, so the penalty that asked for it ends. */
@Command(
        name = "redeem",
        description = "End the penalty that a challenge token names, after its challenge was passed. Each token "
                + "works once.",
        footer = "  sluice redeem --reason \"captcha passed\" eyJ2IjoxLCJraW5kIjoiY2hhbGxlbmdlIiwi...")
public final class RedeemCommand implements Callable<Integer> {
    @Mixin
    private DataOptions data = new DataOptions();

    @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Which challenge was passed.")
    private String reason = "";

    @Parameters(paramLabel = "TOKEN", description = "The token from penalty.challenge of a verdict.")
    private String token = "";

    @Mixin
    private ResultOptions result = new ResultOptions();

    @Override
    public Integer call() throws CommandFailure {
        String path = "/v1/challenges/" + URLEncoder.encode(token, StandardCharsets.UTF_8);
        Answer answer = data.client().post(path, Map.of("reason", reason), /* expectedRevision= */ null);
        result.print(
                answer.text(),
                List.of("penalty " + answer.body().get("penalty") + " of "
                        + answer.body().get("clientId") + " lifted"));
        return 0;
    }
}
