package io.sluice.cli.replay;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.KeyFileOptions;
import io.sluice.cli.kafka.KafkaOptions;
import io.sluice.replay.log.ExportedLog;
import io.sluice.replay.log.KafkaRequestLog;
import io.sluice.replay.log.LogException;
import io.sluice.replay.log.LogSource;
import io.sluice.schemas.control.TrustedKeys;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say where a command finds the log, and the keys that verify its control records. */
final class LogSourceOptions {
    @Option(
            names = "--log",
            paramLabel = "DIRECTORY",
            description = "A directory that `sluice log export` wrote, instead of a cluster; it contains its public "
                    + "keys.")
    private @Nullable Path directory;

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private KeyFileOptions.RulesPublicKeys rulesKeys = new KeyFileOptions.RulesPublicKeys();

    @Mixin
    private KeyFileOptions.CommandPublicKeys commandKeys = new KeyFileOptions.CommandPublicKeys();

    LogSource open() throws CommandFailure {
        try {
            if (directory != null) {
                return new ExportedLog(directory);
            }
            if (!kafka.isGiven()) {
                throw new CommandFailure("log: missing (expected: --bootstrap-servers or --log)");
            }
            TrustedKeys keys = new TrustedKeys(rulesKeys.read(), commandKeys.read());
            return new KafkaRequestLog(kafka.reachable(), keys);
        } catch (LogException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }
}
