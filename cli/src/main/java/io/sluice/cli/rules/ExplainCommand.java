package io.sluice.cli.rules;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ResultOptions;
import io.sluice.cli.RouteOptions;
import io.sluice.cli.admin.AdminClient.Answer;
import io.sluice.cli.admin.AdminOptions;
import io.sluice.cli.replay.DecisionExplanation;
import io.sluice.replay.past.PastDecision;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DocumentTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code sluice explain}: the verdict that an admission would get now, or got in the past, limit by limit; takes no
 * tokens.
 */
@Command(
        name = "explain",
        description = "Show what an admission would get now, and why, without taking tokens; or why a past "
                + "decision was made.",
        footer = {
            "  sluice explain --client acme/alice --method POST --path /v1/orders --cost 5",
            "  sluice explain --decision 3-48211 --log /var/tmp/monday"
        })
public final class ExplainCommand implements Callable<Integer> {
    private static final List<String> ENVELOPE = List.of("v", "type", "correlationId");

    @Mixin
    private AdminOptions admin = new AdminOptions();

    @Option(names = "--client", paramLabel = "CLIENT_ID", description = "The client ID: account[/segment...].")
    private @Nullable String clientId;

    @Option(
            names = "--cost",
            paramLabel = "TOKENS",
            defaultValue = "1",
            description = "Tokens of the admission (default: 1).")
    private long cost;

    @Mixin
    private RouteOptions about = new RouteOptions();

    @Mixin
    private DecisionExplanation past = new DecisionExplanation();

    @Mixin
    private ResultOptions result = new ResultOptions();

    @Override
    public Integer call() throws CommandFailure {
        if (past.isGiven() == (clientId != null)) {
            throw new CommandFailure("--client, --decision: " + (clientId == null ? "neither" : "both")
                    + " (expected: one of them: a client for an answer as of now, or a past decision)");
        }
        if (clientId == null) {
            print(past.explain());
            return 0;
        }
        Answer answer =
                admin.client().post("/v1/explain", about.admission(clientId, cost), /* expectedRevision= */ null);
        result.print(answer.text(), ExplainText.lines(answer.body()));
        return 0;
    }

    private void print(PastDecision.Explained explained) throws CommandFailure {
        try {
            Map<String, @Nullable Object> tree = new LinkedHashMap<>();
            if (DocumentTree.ofJson(explained.reply()) instanceof Map<?, ?> reply) {
                reply.forEach((name, value) -> tree.put(String.valueOf(name), value));
            }
            // The front end removes the same.
            ENVELOPE.forEach(tree::remove);
            List<String> lines = new ArrayList<>(ExplainText.lines(tree));
            lines.add("state: " + explained.state());
            result.print(DocumentTree.toJson(tree), lines);
        } catch (WireException e) {
            throw new CommandFailure("the explanation cannot be read: " + e.getMessage(), e);
        }
    }
}
