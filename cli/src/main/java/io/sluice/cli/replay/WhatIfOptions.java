package io.sluice.cli.replay;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.rules.RulesFile;
import io.sluice.replay.report.HtmlReport;
import io.sluice.replay.report.WhatIfReport;
import io.sluice.replay.whatif.CandidateRules;
import io.sluice.replay.whatif.FlipBudget;
import io.sluice.replay.whatif.WhatIfBounds;
import io.sluice.replay.whatif.WhatIfResult;
import io.sluice.replay.whatif.WhatIfWork;
import io.sluice.replay.whatif.WideLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a comparison: the rules to compare, where the result goes, and how much may change. */
final class WhatIfOptions {
    private static final String OWN_RULES = "the rules of the log";

    @Option(
            names = "--rules",
            paramLabel = "FILE",
            description = "Decide the same requests under this ruleset as well, and show what would change.")
    private @Nullable Path candidate;

    @Option(
            names = "--base",
            paramLabel = "FILE",
            description = "With --rules: compare with this ruleset, instead of those of the log.")
    private @Nullable Path base;

    @Option(names = "--html", paramLabel = "FILE", description = "With --rules: write the result as one HTML page too.")
    private @Nullable Path html;

    @Option(
            names = "--markdown",
            paramLabel = "FILE",
            description = "With --rules: write the result as Markdown too, for a comment on a pull request.")
    private @Nullable Path markdown;

    @Option(
            names = "--max-new-denials",
            paramLabel = "SHARE",
            description = "With --rules: fail if more requests are newly denied: 0.1%% of all, or a number.")
    private @Nullable String newDenialsMax;

    @Option(
            names = "--no-flips",
            paramLabel = "WHOSE",
            description = "With --rules: fail if any request of these is newly denied: tier=NAME, account=NAME or"
                    + " allow-listed; repeatable.")
    private List<String> noFlips = new ArrayList<>();

    @Option(
            names = "--accounts-max",
            paramLabel = "COUNT",
            defaultValue = "100000",
            description =
                    "With --rules: accounts of each partition that the report lists one by one (default: 100000).")
    private int accountsMax = 100_000;

    @Option(
            names = "--buckets-max",
            paramLabel = "COUNT",
            defaultValue = "1000000",
            description = "With --rules: buckets of each limit and partition whose highest share is kept, 12 to 34"
                    + " bytes each (default: 1000000).")
    private int bucketsMax = 1_000_000;

    @Option(
            names = "--wide-limits",
            paramLabel = "HOW",
            defaultValue = "asked-anew",
            description = "How --rules with limits of scope global are tried: asked-anew charges their buckets again,"
                    + " with one thread; as-recorded takes the recorded results under the rules of the log, with all"
                    + " threads (default: asked-anew).")
    private String wideLimits = "asked-anew";

    /** Whether rules are compared; without, decisions are. */
    boolean isGiven() {
        return candidate != null;
    }

    /** The rulesets, their names, and how much may change. */
    record WhatIf(WhatIfWork.Rulesets rulesets, WideLimits wide, Names names, FlipBudget gate, WhatIfBounds bounds) {}

    /** What base and candidate are called in reports. */
    record Names(String base, String candidate) {}

    /** Reads everything before anything runs. */
    WhatIf read() throws CommandFailure {
        if (candidate == null) {
            throw new CommandFailure("--rules: missing (expected: a file with a ruleset)");
        }
        String activation = CandidateRules.activation(RulesFile.read(candidate).documentJson());
        String baseActivation = base == null
                ? null
                : CandidateRules.activation(RulesFile.read(base).documentJson());
        return new WhatIf(
                new WhatIfWork.Rulesets(baseActivation, activation),
                wide(),
                new Names(base == null ? OWN_RULES : base.toString(), candidate.toString()),
                gate(),
                bounds());
    }

    /** Refuses options that have no meaning without rules. */
    void refuseAlone() throws CommandFailure {
        boolean isAlone =
                base != null || html != null || markdown != null || newDenialsMax != null || !noFlips.isEmpty();
        if (isAlone) {
            throw new CommandFailure(
                    "--base, --html, --markdown, --max-new-denials, --no-flips: given without --rules (expected: "
                            + "with --rules, since they need a comparison)");
        }
    }

    private WideLimits wide() throws CommandFailure {
        return switch (wideLimits) {
            case "asked-anew" -> WideLimits.ASKED_ANEW;
            case "as-recorded" -> WideLimits.AS_RECORDED;
            default ->
                throw new CommandFailure("--wide-limits: " + wideLimits + " (expected: asked-anew or as-recorded)");
        };
    }

    private FlipBudget gate() throws CommandFailure {
        try {
            FlipBudget.Share budget = newDenialsMax == null ? null : FlipBudget.Share.parse(newDenialsMax);
            return new FlipBudget(
                    budget, noFlips.stream().map(FlipBudget.Protected::parse).toList());
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("gate: " + e.getMessage(), e);
        }
    }

    private WhatIfBounds bounds() throws CommandFailure {
        try {
            return new WhatIfBounds(accountsMax, bucketsMax, WhatIfBounds.STANDARD.rowsMax());
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }

    /** Writes the files that were asked for. */
    void write(WhatIfResult result, List<String> violations) throws CommandFailure {
        if (html != null) {
            write(html, HtmlReport.page(result, violations));
        }
        if (markdown != null) {
            write(markdown, String.join("\n", WhatIfReport.markdown(result, violations)) + "\n");
        }
    }

    private static void write(Path file, String text) throws CommandFailure {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new CommandFailure(file + " cannot be written: " + e.getMessage(), e);
        }
    }
}
