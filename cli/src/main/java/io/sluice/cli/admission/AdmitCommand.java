package io.sluice.cli.admission;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ResultOptions;
import io.sluice.cli.RouteOptions;
import io.sluice.cli.admin.AdminClient;
import io.sluice.cli.admin.AdminClient.Answer;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice admit}: may this client do this now? Charges it if so. */
@Command(
        name = "admit",
        description = {
            "Ask over HTTP whether a client may do something now. If so, the client is charged.",
            "To ask without charging, use --cost 0 or sluice explain."
        },
        exitCodeList = {"0:allowed", "1:failed, or no verdict in time", "2:called wrongly", "3:denied"},
        footer = {
            "  sluice admit acme/alice",
            "  sluice admit acme/alice --cost 5 --method POST --path /v1/orders --attribute region=eu",
            "  sluice admit acme/alice --cost 1200 --mode charge --idempotency-key stream-4711",
            "  sluice admit acme/batch-7 --idempotency-key row-1 --output json"
        })
public final class AdmitCommand implements Callable<Integer> {
    private static final String ADMISSIONS = "/v1/admissions";
    private static final int DENIED = 3;

    @Mixin
    private DataOptions data = new DataOptions();

    @Parameters(paramLabel = "CLIENT_ID", description = "The client ID: account[/segment...].")
    private String clientId = "";

    @Option(
            names = "--cost",
            paramLabel = "TOKENS",
            defaultValue = "1",
            description = "Tokens to take; 0 takes none and shows what is left (default: 1).")
    private long cost;

    @Mixin
    private RouteOptions about = new RouteOptions();

    @Option(
            names = "--idempotency-key",
            paramLabel = "TEXT",
            description = "Repeated requests with the same key are charged once.")
    private @Nullable String idempotencyKey;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            defaultValue = "check",
            description = "check asks first; charge reports what was used; refund gives back (default: check).")
    private String mode = "check";

    @Mixin
    private ResultOptions result = new ResultOptions();

    @Override
    public Integer call() throws CommandFailure {
        AdminClient client = data.client();
        Answer answer = client.tryPost(ADMISSIONS, admission(), /* expectedRevision= */ null);
        Object verdict = answer.body().get("verdict");
        if (verdict == null) {
            // The answer is a problem, and says which.
            client.expectSuccess("POST " + ADMISSIONS, answer);
            throw new CommandFailure("POST " + ADMISSIONS + ": an answer without verdict: " + answer.text());
        }
        result.print(answer.text(), AdmitText.lines(clientId, answer.body()));
        return verdict.equals("allow") ? 0 : DENIED;
    }

    private Map<String, Object> admission() {
        Map<String, Object> admission = about.admission(clientId, cost);
        if (!mode.equals("check")) {
            admission.put("mode", mode);
        }
        if (idempotencyKey != null) {
            admission.put("idempotencyKey", idempotencyKey);
        }
        return admission;
    }
}
