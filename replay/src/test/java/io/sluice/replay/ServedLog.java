package io.sluice.replay;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.replay.log.LoggedRecord;
import io.sluice.schemas.codec.PartitionMessageCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.MessageKey;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.Request;
import io.sluice.schemas.topic.AccountPartitioner;
import io.sluice.schemas.wide.ChargeVoucher;
import io.sluice.schemas.wide.VoucherEnds;
import io.sluice.schemas.wide.VoucherEnds.VoucherEnd;
import io.sluice.streams.replay.PartitionRun;
import io.sluice.streams.replay.RunMemory;
import io.sluice.streams.replay.RunOutputs;
import io.sluice.testkit.gen.Activations;
import io.sluice.testkit.keys.TestKeys;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/** A log as a cluster writes it: what its partitions tell each other becomes a record some milliseconds later. */
public final class ServedLog implements AutoCloseable {
    public static final long BEGIN_MILLIS = 1_700_000_000_000L;

    private static final String OWN = """
            {"id":"per-client","scope":["client"],"rate":{"tokens":30,"per":"1s"},"burst":40}""";
    private static final String WIDE = """
            {"id":"all","scope":"global","rate":{"tokens":%1$d,"per":"1s"},"burst":%1$d}""";
    /** Signs nothing that an app takes. */
    private static final MessageKey SENDER = MessageKey.ofReplay();

    private static final int ACCOUNTS = 12;
    private static final int PARTITIONS = 3;
    private static final long WAY_MILLIS = 3;
    /** There and back is more than a request may take. */
    private static final long SLOW_MILLIS = 16_000;

    private final ListLog log = new ListLog(PARTITIONS);
    private final RunMemory memory = new RunMemory(32 << 20, PARTITIONS);
    private final List<PartitionRun> runs = new ArrayList<>();
    private final PriorityQueue<Arrival> arrivals =
            new PriorityQueue<>(Comparator.comparingLong(Arrival::millis).thenComparingLong(Arrival::number));
    private long number;
    private long nowMillis;
    private long slowUntilMillis;

    @SuppressWarnings("ArrayRecordComponent")
    private record Arrival(long millis, long number, int partition, byte[] key, byte[] value) {}

    /** The decisions of a partition go to the log, messages come back. */
    private final class Outputs implements RunOutputs {
        private final int partition;

        Outputs(int partition) {
            this.partition = partition;
        }

        @Override
        public void decision(byte[] value) {
            log.record(partition, value);
        }

        @Override
        public void message(int to, byte[] key, byte[] value) {
            arrive(nowMillis + (nowMillis < slowUntilMillis ? SLOW_MILLIS : WAY_MILLIS), to, key, value);
        }
    }

    /** Rules with a limit of each client. */
    public static String rules() {
        return "{\"version\":1,\"limits\":[" + OWN + "]}";
    }

    /** The same with a limit of all accounts: so many at once, and as many a second. */
    public static String rules(int wide) {
        return "{\"version\":1,\"limits\":[" + OWN + "," + WIDE.formatted(wide) + "]}";
    }

    /** About 400 requests a second, some of them reservations. */
    public static ListLog of(Path directory, long seed, int requests, String rules) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        try (ServedLog served = new ServedLog(directory)) {
            return served.of(random, requests, rules);
        }
    }

    /** The same after somebody has written a message of one partition to another, which nothing proves. */
    public static ListLog attacked(Path directory, long seed, int requests, String rules) throws Exception {
        try (ServedLog served = new ServedLog(directory)) {
            for (int to = 0; to < PARTITIONS; to++) {
                VoucherEnds forged = new VoucherEnds(
                        (to + 1) % PARTITIONS,
                        1L << 40,
                        to,
                        0,
                        List.of(new VoucherEnd("all", new ChargeVoucher(to, 0, BEGIN_MILLIS, 1, "", 1), 1, 0)));
                served.log.unproven.add(to, served.log.requests.get(to).size());
                served.arrive(
                        BEGIN_MILLIS, to, null, RequestCodec.encode(SENDER.sign(PartitionMessageCodec.encode(forged))));
            }
            return served.of(new SplittableRandom(seed), requests, rules);
        }
    }

    private ListLog of(SplittableRandom random, int requests, String rules) throws Exception {
        long nowMillis = BEGIN_MILLIS;
        activate(nowMillis, 1, rules);
        for (int i = 0; i < requests; i++) {
            nowMillis += random.nextInt(6);
            String account = "account-" + random.nextInt(ACCOUNTS);
            AdmissionRequest.Builder request =
                    AdmissionRequest.of(account + "/alice").cost(1);
            ask(nowMillis, (i % 40 == 0 ? request.reserveMillis(30_000) : request).build(), account);
        }
        return served();
    }

    /**
     * Requests that all come home too late, and then as many that do not.
     *
     * @param requests of both kinds
     */
    public static ListLog late(Path directory, long seed, int requests, String rules) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        try (ServedLog served = new ServedLog(directory)) {
            served.slowUntilMillis = BEGIN_MILLIS + 50_000;
            served.activate(BEGIN_MILLIS, 1, rules);
            for (int i = 0; i < requests; i++) {
                String account = "account-" + random.nextInt(ACCOUNTS);
                long atMillis = BEGIN_MILLIS + (i % (requests / 2)) * 5L + (i < requests / 2 ? 0 : 55_000);
                served.ask(
                        atMillis,
                        AdmissionRequest.of(account + "/alice").cost(1).build(),
                        account);
            }
            return served.served();
        }
    }

    private ServedLog(Path directory) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            runs.add(new PartitionRun(
                    partition,
                    Runs.settings(log),
                    new PartitionRun.Place(directory.resolve("served-" + partition), memory),
                    new SimpleMeterRegistry(),
                    new Outputs(partition)));
        }
    }

    private void arrive(long millis, int partition, byte[] key, byte[] value) {
        arrivals.add(new Arrival(millis, number++, partition, key, value));
    }

    /** Puts a ruleset in force in every partition. */
    private void activate(long atMillis, long revision, String document) {
        byte[] value = RequestCodec.encode(Activations.signed(TestKeys.RULES, revision, document));
        for (int partition = 0; partition < PARTITIONS; partition++) {
            arrive(atMillis, partition, "ruleset".getBytes(StandardCharsets.UTF_8), value);
        }
    }

    /** A request of an account. */
    private void ask(long atMillis, Request request, String account) {
        byte[] value = RequestCodec.encode(request.repliedTo(new ReplyAddress(0, "c-" + number)));
        arrive(
                atMillis,
                AccountPartitioner.partitionOf(account, PARTITIONS),
                account.getBytes(StandardCharsets.UTF_8),
                value);
    }

    /** Serves all that was asked; returns the log. */
    private ListLog served() {
        for (Arrival next = arrivals.poll(); next != null; next = arrivals.poll()) {
            nowMillis = next.millis();
            log.add(next.partition(), nowMillis, next.key(), next.value());
            List<LoggedRecord> records = log.requests.get(next.partition());
            LoggedRecord record = records.get(records.size() - 1);
            runs.get(next.partition()).feed(record.offset(), record.timestampMillis(), record.key(), record.value());
        }
        return log;
    }

    @Override
    public void close() {
        runs.forEach(PartitionRun::close);
        memory.close();
    }
}
