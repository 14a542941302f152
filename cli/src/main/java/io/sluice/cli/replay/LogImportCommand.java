package io.sluice.cli.replay;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.Counted;
import io.sluice.cli.LogOptions;
import io.sluice.cli.ResultOptions;
import io.sluice.cli.kafka.KafkaOptions;
import io.sluice.replay.log.ExportedLog;
import io.sluice.replay.log.LogException;
import io.sluice.replay.log.LogImport;
import io.sluice.schemas.codec.DocumentTree;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sluice log import}: writes an exported log into the empty request topic of another cluster. */
@Command(
        name = "import",
        description = "Write an exported log into the empty request topic of another cluster, with its timestamps.",
        footer = "  sluice log import /var/tmp/monday --bootstrap-servers test.example.com:9092")
final class LogImportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIRECTORY", description = "A directory that `sluice log export` wrote.")
    private Path directory = Path.of(".");

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private LogOptions logging = new LogOptions();

    @Mixin
    private ResultOptions result = new ResultOptions();

    @Override
    public Integer call() throws CommandFailure {
        logging.apply();
        try (ExportedLog log = new ExportedLog(directory)) {
            LogImport.Written written = new LogImport(kafka.reachable()).write(log);
            result.print(
                    DocumentTree.toJson(Map.of("records", written.records(), "passedOver", written.passedOver())),
                    List.of(Counted.of(written.records(), "record") + " imported"
                            + (written.passedOver() == 0
                                    ? ""
                                    : "; the log had passed over " + Counted.of(written.passedOver(), "offset")
                                            + ", so decision IDs differ")));
            return 0;
        } catch (LogException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }
}
