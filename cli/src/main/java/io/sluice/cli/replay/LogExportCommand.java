package io.sluice.cli.replay;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.Counted;
import io.sluice.cli.LogOptions;
import io.sluice.cli.ResultOptions;
import io.sluice.replay.log.LogException;
import io.sluice.replay.log.LogExport;
import io.sluice.replay.log.LogManifest;
import io.sluice.replay.log.LogSource;
import io.sluice.replay.run.RunWindow;
import io.sluice.schemas.codec.DocumentTree;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice log export}: copies requests and decisions into compressed files, one for each partition. */
@Command(
        name = "export",
        description = "Copy requests and decisions into compressed files, one for each partition.",
        footer = {
            "  sluice log export /var/tmp/monday --bootstrap-servers 127.0.0.1:9092 --rules-public-key-file rules.pub"
                    + " --command-public-key-file command.pub",
            "  sluice log export /var/tmp/hour --log /var/tmp/monday --from 2026-11-30T10:00:00Z"
                    + " --until 2026-11-30T11:00:00Z"
        })
final class LogExportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIRECTORY", description = "Directory for the files; it must not hold an export yet.")
    private Path directory = Path.of(".");

    @Mixin
    private LogSourceOptions source = new LogSourceOptions();

    @Mixin
    private SpanOptions span = new SpanOptions();

    @Option(names = "--requests-only", description = "Leave the decisions out; then nobody can audit the copy.")
    private boolean requestsOnly;

    @Option(
            names = "--anonymise",
            description = "Give accounts and clients other names, and leave out addresses, metadata and decisions.")
    private boolean anonymise;

    @Mixin
    private LogOptions logging = new LogOptions();

    @Mixin
    private ResultOptions result = new ResultOptions();

    @Override
    public Integer call() throws CommandFailure {
        logging.apply();
        RunWindow window = span.window(/* cold= */ false, Clock.systemUTC());
        LogSource log = source.open();
        try (log) {
            LogManifest manifest = new LogExport(log, Thread.currentThread()::isInterrupted)
                    .to(directory, new LogExport.Part(window.from(), window.until(), !requestsOnly, anonymise));
            long requests = sum(manifest.requests());
            long decisions = sum(manifest.decisions());
            result.print(
                    DocumentTree.toJson(
                            Map.of("directory", directory.toString(), "requests", requests, "decisions", decisions)),
                    List.of(Counted.of(requests, "request") + " and " + Counted.of(decisions, "decision") + " of "
                            + Counted.of(manifest.requestPartitions(), "partition") + " exported to " + directory));
            return 0;
        } catch (LogException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new CommandFailure(directory + " cannot be written: " + e.getMessage(), e);
        }
    }

    private static long sum(List<LogManifest.Span> spans) {
        return spans.stream().mapToLong(LogManifest.Span::records).sum();
    }
}
