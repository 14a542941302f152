package io.sluice.cli.replay;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.KeyFileOptions;
import io.sluice.cli.kafka.KafkaOptions;
import io.sluice.replay.log.ExportedLog;
import io.sluice.replay.log.KafkaRequestLog;
import io.sluice.replay.log.LogException;
import io.sluice.replay.log.LogSource;
import io.sluice.schemas.control.TrustedKeys;
import io.sluice.streams.replay.RunSettings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a command finds the log, and the keys that prove its control records. */
final class LogSourceOptions {
    @Option(
            names = "--log",
            paramLabel = "DIRECTORY",
            description = "A log of `sluice log export`, in place of a cluster's; it brings its keys.")
    private @Nullable Path directory;

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private KeyFileOptions.RulesPublicKeys rulesKeys = new KeyFileOptions.RulesPublicKeys();

    @Mixin
    private KeyFileOptions.CommandPublicKeys commandKeys = new KeyFileOptions.CommandPublicKeys();

    /** A log, and the keys that prove its control records. */
    record KeyedLog(LogSource log, TrustedKeys keys) implements AutoCloseable {
        /** What the app was set to that decided the log. */
        RunSettings settings(RunResourceOptions options) {
            return new RunSettings(log.partitions(), log.replyPartitions(), keys, options.cachedEntriesMax());
        }

        @Override
        public void close() {
            log.close();
        }
    }

    KeyedLog open() throws CommandFailure {
        try {
            if (directory != null) {
                ExportedLog exported = new ExportedLog(directory);
                return new KeyedLog(exported, exported.manifest().keys());
            }
            if (!kafka.isGiven()) {
                throw new CommandFailure("log: missing (expected: --bootstrap-servers or --log)");
            }
            TrustedKeys keys = new TrustedKeys(rulesKeys.read(), commandKeys.read());
            return new KeyedLog(new KafkaRequestLog(kafka.reachable(), keys), keys);
        } catch (LogException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }
}
