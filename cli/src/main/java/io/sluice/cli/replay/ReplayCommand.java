package io.sluice.cli.replay;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.LogOptions;
import io.sluice.cli.ResultOptions;
import io.sluice.cli.replay.WhatIfOptions.WhatIf;
import io.sluice.replay.audit.AuditJournal;
import io.sluice.replay.audit.AuditResult;
import io.sluice.replay.audit.AuditWork;
import io.sluice.replay.audit.PartitionAudit;
import io.sluice.replay.log.LogException;
import io.sluice.replay.log.LogReader;
import io.sluice.replay.log.LogSource;
import io.sluice.replay.report.AuditReport;
import io.sluice.replay.report.WhatIfReport;
import io.sluice.replay.run.LogRun;
import io.sluice.replay.run.RunJournal;
import io.sluice.replay.run.RunStoppedException;
import io.sluice.replay.run.RunWindow;
import io.sluice.replay.whatif.ComparisonJournal;
import io.sluice.replay.whatif.WhatIfPart;
import io.sluice.replay.whatif.WhatIfResult;
import io.sluice.replay.whatif.WhatIfRun;
import io.sluice.replay.whatif.WideLimits;
import io.sluice.streams.replay.RunSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice replay}: decides the log again, and compares. */
@Command(
        name = "replay",
        description = "Decide the log again, and compare the result with the recorded decisions, or with what "
                + "other rules would have decided.",
        exitCodeList = {
            "0:every decision was re-derived; with --rules: compared, and within the gate",
            "1:failed, with one line on standard error",
            "2:called wrongly",
            "3:decisions differ from those that follow from the log",
            "4:no decision contradicts the log, but some are not proved: they could not be compared, or "
                    + "they differ where the log's beginning is missing",
            "5:with --rules: more would change than --max-new-denials and --no-flips allow"
        },
        footer = {
            "  sluice replay --bootstrap-servers 127.0.0.1:9092 --rules-public-key-file rules.pub"
                    + " --command-public-key-file command.pub",
            "  sluice replay --log /var/tmp/monday",
            "  sluice replay --log /var/tmp/monday --rules candidate.yaml --html report.html --max-new-denials 0.1%%"
        })
public final class ReplayCommand implements Callable<Integer> {
    static final int DIFFERENT = 3;
    static final int UNPROVED = 4;
    static final int REFUSED_BY_GATE = 5;

    @Mixin
    private LogSourceOptions source = new LogSourceOptions();

    @Mixin
    private WhatIfOptions whatIf = new WhatIfOptions();

    @Mixin
    private RunOptions options = new RunOptions();

    @Mixin
    private LogOptions logging = new LogOptions();

    @Mixin
    private ResultOptions result = new ResultOptions();

    @Option(
            names = "--differences-max",
            paramLabel = "COUNT",
            defaultValue = "20",
            description = "Differences that are listed for each partition; all are counted (default: 20).")
    private int differencesMax = 20;

    @Option(
            names = "--resume",
            paramLabel = "FILE",
            description = "Keep the result of each finished partition in this file; after an interruption, the same "
                    + "command continues with the others. Not for limits with scope global under --rules, for which "
                    + "all partitions run together.")
    private @Nullable Path resume;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws CommandFailure {
        logging.applyWithoutWarningsOf("io.sluice.streams");
        WhatIf compared = whatIf.isGiven() ? whatIf.read() : null;
        if (compared == null) {
            whatIf.refuseAlone();
        }
        LogSource log = source.open();
        try (log) {
            RunWindow window = options.window(Clock.systemUTC());
            return compared == null ? audit(log, window) : compare(log, window, compared);
        } catch (LogException | RunStoppedException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }

    private int audit(LogSource log, RunWindow window) throws CommandFailure, LogException, RunStoppedException {
        RunSettings settings = log.settings(options.resources().cachedEntriesMax());
        RunJournal<PartitionAudit> journal = resume == null ? null : AuditJournal.open(resume, log.name(), window);
        Map<Integer, PartitionAudit> audits = new TreeMap<>(journal == null ? Map.of() : journal.done());
        LogRun.Works<PartitionAudit> works = (partition, places) -> new AuditWork(
                partition, settings, places.next(), decisions(log, partition), !window.isPart(), differencesMax);
        LogRun run = LogRun.ofPartitions(log, open(log, audits), window, options.bounds());
        watched(run, () -> run.run(works, keeping(journal)))
                .forEach(audited -> audits.put(audited.facts().partition(), audited));
        AuditResult audit = new AuditResult(log.name(), window, List.copyOf(audits.values()));
        result.print(AuditReport.json(audit), AuditReport.text(audit));
        if (audit.contradictions() > 0) {
            return DIFFERENT;
        }
        return audit.isProof() ? 0 : UNPROVED;
    }

    private int compare(LogSource log, RunWindow window, WhatIf compared)
            throws CommandFailure, LogException, RunStoppedException {
        WhatIfRun whatIfRun = new WhatIfRun(log, options.bounds(), compared.rulesets(), compared.wide());
        RunJournal<WhatIfPart> journal = journal(log, window, compared, whatIfRun.wide());
        Map<Integer, WhatIfPart> parts = new TreeMap<>(journal == null ? Map.of() : journal.done());
        LogRun run = LogRun.ofPartitions(log, open(log, parts), window, options.bounds());
        watched(run, () -> whatIfRun.run(run, compared.bounds(), keeping(journal)))
                .forEach(part -> parts.put(part.facts().partition(), part));
        WhatIfResult comparison = WhatIfResult.of(
                log.name(),
                compared.names().base(),
                compared.names().candidate(),
                whatIfRun.wide(),
                List.copyOf(parts.values()));
        List<String> violations = compared.gate().violations(comparison.comparison());
        whatIf.write(comparison, violations);
        result.print(WhatIfReport.json(comparison, violations), WhatIfReport.text(comparison, violations));
        return violations.isEmpty() ? 0 : REFUSED_BY_GATE;
    }

    private @Nullable RunJournal<WhatIfPart> journal(LogSource log, RunWindow window, WhatIf compared, WideLimits wide)
            throws LogException {
        if (resume == null) {
            return null;
        }
        if (wide == WideLimits.ASKED_ANEW) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--resume: given with rules that have limits with scope global (expected: without it, since all"
                            + " partitions run together; or --wide-limits as-recorded)");
        }
        return ComparisonJournal.open(resume, log.name(), window, compared.rulesets(), compared.bounds());
    }

    /** The partitions that are not done. */
    private static List<Integer> open(LogSource log, Map<Integer, ?> done) {
        return IntStream.range(0, log.partitions())
                .filter(partition -> !done.containsKey(partition))
                .boxed()
                .toList();
    }

    private static <R> LogRun.Results<R> keeping(@Nullable RunJournal<R> journal) {
        return result -> {
            if (journal != null) {
                journal.add(result);
            }
        };
    }

    /** A run that somebody watches. */
    @FunctionalInterface
    private interface Watched<R> {
        List<R> run() throws LogException, RunStoppedException;
    }

    private <R> List<R> watched(LogRun run, Watched<R> watched) throws LogException, RunStoppedException {
        try (RunWatch watch = new RunWatch(run.progress(), spec.commandLine().getErr(), System.console() != null)) {
            watch.begin();
            return watched.run();
        }
    }

    private static LogReader decisions(LogSource log, int partition) throws LogException {
        LogReader decisions = log.decisions(partition);
        if (decisions == null) {
            throw new LogException(log.name()
                    + " has no decisions to compare with (expected: an export without --requests-only, or --rules)");
        }
        return decisions;
    }
}
