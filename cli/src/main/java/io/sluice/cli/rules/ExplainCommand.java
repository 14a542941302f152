package io.sluice.cli.rules;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.admin.AdminClient.Answer;
import io.sluice.cli.admin.AdminOptions;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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

    @Option(names = "--method", paramLabel = "METHOD", description = "HTTP method of the route.")
    private @Nullable String method;

    @Option(names = "--path", paramLabel = "PATH", description = "Path of the route.")
    private @Nullable String path;

    @Option(names = "--host", paramLabel = "HOST", description = "Host of the route.")
    private @Nullable String host;

    @Option(names = "--attribute", paramLabel = "NAME=VALUE", description = "An attribute; several times for several.")
    private Map<String, String> attributes = new LinkedHashMap<>();

    @Option(
            names = "--output",
            paramLabel = "text|json",
            defaultValue = "text",
            description = "Result as text or json (default: text).")
    private OutputFormat output = OutputFormat.TEXT;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws CommandFailure {
        Answer answer = admin.client().post("/v1/explain", admission(), /* expectedRevision= */ null);
        PrintWriter out = spec.commandLine().getOut();
        if (output == OutputFormat.JSON) {
            out.println(answer.text());
        } else {
            ExplainText.lines(answer.body()).forEach(out::println);
        }
        out.flush();
        return 0;
    }

    private Map<String, Object> admission() {
        Map<String, Object> admission = new LinkedHashMap<>();
        admission.put("clientId", clientId);
        admission.put("cost", cost);
        Map<String, Object> route = new LinkedHashMap<>();
        putIfGiven(route, "method", method);
        putIfGiven(route, "path", path);
        putIfGiven(route, "host", host);
        admission.put("route", route);
        admission.put("attributes", attributes);
        return admission;
    }

    private static void putIfGiven(Map<String, Object> members, String name, @Nullable String value) {
        if (value != null) {
            members.put(name, value);
        }
    }
}
