package io.sluice.cli.kafka;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.KeyFileOptions;
import io.sluice.cli.LogOptions;
import io.sluice.engine.ledger.LedgerVersion;
import io.sluice.schemas.codec.LedgerVersionCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.LedgerVersionRecord;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.topic.TopicCatalogue;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice ledger-version}: activates a ledger version in all streams apps, at one record of each partition. */
@Command(
        name = "ledger-version",
        description = "Switch all request partitions to another ledger version.",
        footer = "  sluice ledger-version activate 2 --reason \"all apps are at 0.9\" --bootstrap-servers kafka-1:9092")
public final class LedgerVersionCommand {
    private static final long WRITE_SECONDS = 30;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Command(
            name = "activate",
            description = {
                "Have every streams app and reply replica decide by this ledger version, from the record on "
                        + "that this command writes into each partition.",
                "Upgrade all of them first: a process that does not know the version gives up. If the "
                        + "version is in force already, nothing changes. You cannot go back to an older version."
            },
            footer = "  sluice ledger-version activate 2 --reason \"all apps are at 0.9\" --bootstrap-servers"
                    + " kafka-1:9092 --command-key-file keys/command-private.pem")
    int activate(
            @Mixin KafkaOptions kafka,
            @Mixin KeyFileOptions.CommandKey command,
            @Mixin LogOptions log,
            @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why.") String reason,
            @Parameters(paramLabel = "VERSION", description = "The number of the version; the changelog names it.")
                    int version)
            throws CommandFailure {
        log.apply();
        int newest = LedgerVersion.NEWEST.number();
        if (version < 1 || version > newest) {
            throw new CommandFailure(
                    "ledger version: " + version + " (expected: 1.." + newest + ", which this Sluice knows)");
        }
        SigningKey key = command.read();
        byte[] record = RequestCodec.encode(key.sign(
                SignedKind.LEDGER_VERSION,
                LedgerVersionCodec.encode(
                        new LedgerVersionRecord(version, System.getProperty("user.name", "operator"), reason))));
        Map<String, Object> properties = new HashMap<>(kafka.reachable());
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Integer> partitions = producer.partitionsFor(TopicCatalogue.REQUESTS).stream()
                    .map(PartitionInfo::partition)
                    .sorted()
                    .toList();
            for (int partition : partitions) {
                write(producer, partition, record, version);
            }
        } catch (KafkaException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
        return 0;
    }

    private void write(Producer<byte[], byte[]> producer, int partition, byte[] record, int version)
            throws CommandFailure {
        try {
            long offset = producer.send(new ProducerRecord<>(TopicCatalogue.REQUESTS, partition, null, record))
                    .get(WRITE_SECONDS, TimeUnit.SECONDS)
                    .offset();
            PrintWriter out = spec.commandLine().getOut();
            out.println("partition " + partition + ": ledger version " + version + " from offset " + offset + " on");
            out.flush();
        } catch (ExecutionException | TimeoutException e) {
            throw new CommandFailure(
                    "partition " + partition + ": not written: " + CommandFailure.lineOf(e)
                            + " (expected: written; give the command again)",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted while writing", e);
        }
    }
}
