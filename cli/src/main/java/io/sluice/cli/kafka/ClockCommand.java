package io.sluice.cli.kafka;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.KeyFileOptions;
import io.sluice.cli.LogOptions;
import io.sluice.schemas.codec.ClockMarkCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.ClockMark;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.topic.TopicCatalogue;
import java.io.PrintWriter;
import java.time.Clock;
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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice clock}: corrects the time of request partitions. */
@Command(
        name = "clock",
        description = "Correct the time of request partitions.",
        footer = "  sluice clock trust --reason \"the apps' clocks are wrong\" --bootstrap-servers kafka-1:9092")
public final class ClockCommand {
    private static final long WRITE_SECONDS = 30;
    /** The largest difference between a mark and its timestamp; a partition skips marks with more. */
    private static final long APART_MILLIS_MAX = 5_000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Command(
            name = "trust",
            description = {
                "Confirm the brokers' timestamps by the clock of this machine, as streams apps do by their own.",
                "A partition whose time is behind the timestamps catches up; one that is ahead stays, since "
                        + "time never runs backwards. If the two clocks differ by more than 5 s, nothing changes, and "
                        + "the exit code is 1."
            },
            footer = "  sluice clock trust --reason \"the apps' clocks are wrong\" --partition 3 --bootstrap-servers"
                    + " kafka-1:9092 --command-key-file keys/command-private.pem")
    int trust(
            @Mixin KafkaOptions kafka,
            @Mixin KeyFileOptions.CommandKey command,
            @Mixin LogOptions log,
            @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why, for the log.")
                    String reason,
            @Option(
                            names = "--partition",
                            paramLabel = "PARTITION",
                            description = "A request partition (default: all).")
                    @Nullable Integer partition)
            throws CommandFailure {
        log.apply();
        SigningKey key = command.read();
        Map<String, Object> properties = new HashMap<>(kafka.reachable());
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        boolean allAgree = true;
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int each : partitions(producer, partition)) {
                allAgree &= confirm(producer, key, each, reason);
            }
        } catch (KafkaException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
        return allAgree ? 0 : 1;
    }

    private static List<Integer> partitions(Producer<byte[], byte[]> producer, @Nullable Integer chosen)
            throws CommandFailure {
        List<Integer> all = producer.partitionsFor(TopicCatalogue.REQUESTS).stream()
                .map(PartitionInfo::partition)
                .sorted()
                .toList();
        if (chosen != null && !all.contains(chosen)) {
            throw new CommandFailure("--partition: " + chosen + " (expected: 0.." + (all.size() - 1) + ")");
        }
        return chosen == null ? all : List.of(chosen);
    }

    private boolean confirm(Producer<byte[], byte[]> producer, SigningKey key, int partition, String reason)
            throws CommandFailure {
        long nowMillis = Clock.systemUTC().millis();
        ClockMark mark = new ClockMark(partition, nowMillis, System.getProperty("user.name", "operator"), reason);
        byte[] record = RequestCodec.encode(key.sign(SignedKind.CLOCK_COMMAND, ClockMarkCodec.encode(mark)));
        long stampMillis;
        try {
            stampMillis = producer.send(new ProducerRecord<>(TopicCatalogue.REQUESTS, partition, null, record))
                    .get(WRITE_SECONDS, TimeUnit.SECONDS)
                    .timestamp();
        } catch (ExecutionException | TimeoutException e) {
            throw new CommandFailure("partition " + partition + ": not written: " + CommandFailure.lineOf(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted while writing", e);
        }
        long apartMillis = Math.abs(stampMillis - nowMillis);
        boolean agrees = apartMillis <= APART_MILLIS_MAX;
        PrintWriter out = spec.commandLine().getOut();
        out.println(
                "partition " + partition + ": the broker's timestamp and this clock are " + apartMillis + " ms apart"
                        + (agrees ? ": confirmed" : " (expected: at most " + APART_MILLIS_MAX + "): nothing changes"));
        out.flush();
        return agrees;
    }
}
