package io.sluice.cli.replay;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.LogOptions;
import io.sluice.cli.ResultOptions;
import io.sluice.cli.rules.RulesFile;
import io.sluice.replay.log.LogException;
import io.sluice.replay.log.LogSource;
import io.sluice.replay.report.SuggestReport;
import io.sluice.replay.run.LogRun;
import io.sluice.replay.run.RunBounds;
import io.sluice.replay.run.RunStoppedException;
import io.sluice.replay.run.RunWindow;
import io.sluice.replay.suggest.Factor;
import io.sluice.replay.suggest.RefusalGoal;
import io.sluice.replay.suggest.RefusalRun;
import io.sluice.replay.suggest.RefusalWork;
import io.sluice.replay.suggest.Refusals;
import io.sluice.replay.suggest.ScaledLimit;
import io.sluice.replay.suggest.Suggestion;
import io.sluice.replay.whatif.CandidateRules;
import io.sluice.schemas.codec.DocumentTree;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice suggest}: the smallest numbers of a limit that would have refused only a few. */
@Command(
        name = "suggest",
        description = "Find the smallest numbers of a limit that would have refused only a few.",
        exitCodeList = {
            "0:found numbers that keep to the goal",
            "1:failed, with one line on standard error",
            "2:called wrongly",
            "6:even the largest numbers that were tried refuse too many"
        },
        footer = {
            "  sluice suggest --log /var/tmp/monday --rules rules.yaml --limit per-client --max-refused-accounts 1%%",
            "  sluice suggest --log /var/tmp/monday --rules rules.yaml --limit per-client --tier free"
                    + " --max-refused-requests 0.1%%"
        })
public final class SuggestCommand implements Callable<Integer> {
    private static final int NOT_FOUND = 6;
    private static final double PERCENT_MAX = 100;
    private static final int PER_MILLION_OF_PERCENT = 10_000;

    @Mixin
    private LogSourceOptions source = new LogSourceOptions();

    @Option(
            names = "--rules",
            paramLabel = "FILE",
            required = true,
            description = "The ruleset with the limit; its other limits decide as well.")
    private Path rules = Path.of("");

    @Option(names = "--limit", paramLabel = "ID", required = true, description = "The limit for which to find numbers.")
    private String limitId = "";

    @Option(
            names = "--tier",
            paramLabel = "TIER",
            description = "Count only accounts and requests of this tier (default: all).")
    private @Nullable String tier;

    @Option(
            names = "--max-refused-accounts",
            paramLabel = "SHARE",
            description = "Most accounts that may be refused at least once, such as 1%%.")
    private @Nullable String accounts;

    @Option(
            names = "--max-refused-requests",
            paramLabel = "SHARE",
            description = "Most requests that may be refused, such as 0.1%%.")
    private @Nullable String requests;

    @Mixin
    private RunOptions options = new RunOptions();

    @Mixin
    private LogOptions logging = new LogOptions();

    @Mixin
    private ResultOptions result = new ResultOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws CommandFailure {
        logging.applyWithoutWarningsOf("io.sluice.streams");
        RefusalGoal goal = goal();
        ScaledLimit limit = limit();
        LogSource log = source.open();
        try (log) {
            RunWindow window = options.window(Clock.systemUTC());
            Suggestion suggestion = Suggestion.find(goal, new Runs(log, window, limit, options.bounds())::under);
            Map<String, Refusals> largest =
                    suggestion.curve().getOrDefault(suggestion.curve().lastKey(), Map.of());
            if (Suggestion.of(goal, largest).requests() == 0) {
                throw new CommandFailure("limit " + limitId + ": no request of this log met it"
                        + (tier == null ? "" : " in tier " + tier)
                        + ", so nothing can be suggested (expected: a log with requests that it matches)");
            }
            result.print(SuggestReport.json(suggestion, limit, goal), SuggestReport.text(suggestion, limit, goal));
            return suggestion.smallest() == null ? NOT_FOUND : 0;
        } catch (LogException | RunStoppedException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }

    private RefusalGoal goal() throws CommandFailure {
        String given = accounts == null ? requests : accounts;
        if (given == null || (accounts != null && requests != null)) {
            throw new CommandFailure("--max-refused-accounts, --max-refused-requests: "
                    + (given == null ? "neither" : "both") + " (expected: one of them)");
        }
        return new RefusalGoal(
                accounts == null ? RefusalGoal.Of.REQUESTS : RefusalGoal.Of.ACCOUNTS, perMillion(given), tier);
    }

    private static long perMillion(String text) throws CommandFailure {
        try {
            double percent = text.endsWith("%") ? Double.parseDouble(text.substring(0, text.length() - 1)) : -1;
            if (percent >= 0 && percent <= PERCENT_MAX) {
                return Math.round(percent * PER_MILLION_OF_PERCENT);
            }
        } catch (NumberFormatException e) {
            throw new CommandFailure("share: " + text + " (expected: a percentage such as 0.1%)", e);
        }
        throw new CommandFailure("share: " + text + " (expected: a percentage such as 0.1%)");
    }

    private ScaledLimit limit() throws CommandFailure {
        try {
            return new ScaledLimit(RulesFile.read(rules).tree(), limitId);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }

    /** Runs the log as often as the search asks for. */
    private final class Runs {
        private final LogSource log;
        private final RunWindow window;
        private final ScaledLimit limit;
        private final RunBounds bounds;
        private @Nullable LogRun last;

        Runs(LogSource log, RunWindow window, ScaledLimit limit, RunBounds bounds) {
            this.log = log;
            this.window = window;
            this.limit = limit;
            this.bounds = bounds;
        }

        List<RefusalWork.Part> under(List<Factor> factors) throws LogException, RunStoppedException {
            List<String> activations = factors.stream()
                    .map(factor -> CandidateRules.activation(DocumentTree.toJson(limit.document(factor))))
                    .toList();
            // The log may grow meanwhile; all factors are about the same part of it.
            LogRun run = last == null ? new LogRun(log, window, bounds) : last.again();
            last = run;
            try (RunWatch watch =
                    new RunWatch(run.progress(), spec.commandLine().getErr(), System.console() != null)) {
                watch.begin();
                return new RefusalRun(log, bounds, limitId, activations).run(run);
            }
        }
    }
}
