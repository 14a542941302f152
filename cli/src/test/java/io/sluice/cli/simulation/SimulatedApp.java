package io.sluice.cli.simulation;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.control.MessageKey;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.wide.PartitionMessage;
import io.sluice.streams.admission.AdmissionConfig;
import io.sluice.streams.admission.AdmissionMetrics;
import io.sluice.streams.admission.CompiledRulesets;
import io.sluice.streams.topology.MessageAddress;
import io.sluice.streams.topology.MessageNumber;
import io.sluice.streams.topology.Names;
import io.sluice.streams.topology.WrittenMessages;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.OracleConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** One streams app: polls its partitions, writes in one transaction, and commits now and then. */
final class SimulatedApp {
    private static final int POLL_RECORDS_MAX = 8;

    final int number;
    final Map<Integer, SimulatedTask> tasks = new TreeMap<>();
    final Map<Integer, SimulatedTask> standbys = new TreeMap<>();
    boolean isAlive = true;
    long pausedUntilMillis;
    long clockAheadMillis;
    /** The next fault of this app; null for none. */
    @Nullable Occurrence armed;

    Transaction transaction = new Transaction();

    private final World world;
    private final SimulatedCluster cluster;
    private final SplittableRandom random;
    private final AdmissionMetrics metrics = new AdmissionMetrics(new SimpleMeterRegistry());
    private final CompiledRulesets rulesets = new CompiledRulesets();
    private final AdmissionConfig config;
    private final List<SentReply> unsent = new ArrayList<>();
    private final Map<Way, Long> written = new HashMap<>();
    /** Whether messages of a partition wait in its state for their turn. */
    private final Map<Integer, Boolean> waitingInState = new HashMap<>();
    /** Messages to request partitions that wait in their producer, in their order. */
    private final List<SentMessage> unsentMessages = new ArrayList<>();
    /** Partitions that others have, which this app does not know yet. */
    private final List<SimulatedTask> lostTasks = new ArrayList<>();

    /** As if Kafka had refused a record: the one kind of failure that may leave the processor. */
    private static final class SendFailure extends KafkaException {
        private static final long serialVersionUID = 1;

        SendFailure() {
            super("the producer is fenced");
        }
    }

    /** A reply that waits in the producer. */
    private record SentReply(ReplyAddress address, byte[] value) {}

    /** A message to a request partition that waits in its producer. */
    private record SentMessage(MessageNumber number, MessageAddress address, byte[] value) {}

    /** The last message that was written between two partitions. */
    private record Way(int from, int to) {}

    /** What the app's producers know; some give few messages at a time to them. */
    private final class Progress implements WrittenMessages {
        private final long aheadBytesMax;

        Progress(long aheadBytesMax) {
            this.aheadBytesMax = aheadBytesMax;
        }

        @Override
        public boolean isWritten(int from, int to, long sequence) {
            return written.getOrDefault(new Way(from, to), -1L) >= sequence;
        }

        @Override
        public void waiting(int from, Map<Integer, Waiting> byDestination) {
            waitingInState.put(from, !byDestination.isEmpty());
        }

        @Override
        public long aheadBytesMax() {
            return aheadBytesMax;
        }
    }

    SimulatedApp(World world, SimulatedCluster cluster, int number) {
        this.world = world;
        this.cluster = cluster;
        this.number = number;
        this.random = world.chance();
        this.config = new AdmissionConfig(
                        World.REQUEST_PARTITIONS,
                        World.REPLY_PARTITIONS,
                        TestKeys.TRUSTED,
                        Duration.ofSeconds(1),
                        20 + random.nextInt(200),
                        random.nextBoolean() ? 8 + random.nextInt(24) : 1_000,
                        (partition, reason) -> cluster.writeMark(this, partition, reason),
                        MessageKey.of(TestKeys.RULES, OracleConfig.PLACE))
                .learningBy(new Progress(1 + random.nextInt(4_000)));
    }

    World world() {
        return world;
    }

    AdmissionMetrics metrics() {
        return metrics;
    }

    CompiledRulesets rulesets() {
        return rulesets;
    }

    AdmissionConfig config() {
        return config;
    }

    long clockMillis() {
        return world.nowMillis() + clockAheadMillis;
    }

    boolean isRunning() {
        return isAlive && world.nowMillis() >= pausedUntilMillis;
    }

    void changed(int partition, Change change) {
        transaction.change(partition, change);
    }

    /** Takes a record of a task: into the transaction, and replies on their way at once. */
    void send(int partition, @Nullable Object key, byte[] value, Headers headers, String sink) {
        if (armed == Occurrence.SEND_FAILED && random.nextInt(4) == 0) {
            throw new SendFailure();
        }
        if (sink.equals(Names.REPLIES_SINK)) {
            unsent.add(new SentReply((ReplyAddress) key, value));
        } else if (sink.equals(Names.MESSAGES_SINK)) {
            MessageNumber messageNumber = Objects.requireNonNull(MessageNumber.takenFrom(headers), "no number");
            SimulatedTask task = tasks.get(partition);
            long offset = Math.floorDiv(messageNumber.sequence(), (long) PartitionMessage.OF_RECORD_MAX);
            if (task != null && offset >= 0 && offset < task.nextOffset) {
                world.note(Occurrence.UNWRITTEN_SENT, messageNumber + " by app " + number);
            }
            unsentMessages.add(new SentMessage(messageNumber, (MessageAddress) key, value));
        } else {
            byte[] bytes = key instanceof byte[] array ? array : null;
            transaction.outputs.add(new OutputRecord(sink, bytes, value, headers));
        }
    }

    /** Reads a few records of each partition. */
    void poll() {
        if (!isRunning()) {
            return;
        }
        List<SimulatedTask> order = new ArrayList<>(tasks.values());
        while (!order.isEmpty()) {
            SimulatedTask task = order.remove(random.nextInt(order.size()));
            if (!cluster.isDelayed(task.partition) && !read(task)) {
                return;
            }
        }
        if (random.nextInt(5) != 0) {
            flushReplies();
        }
        flushMessages();
    }

    /** Returns whether the app goes on. */
    private boolean read(SimulatedTask task) {
        int records = 1 + random.nextInt(POLL_RECORDS_MAX);
        for (int i = 0; i < records; i++) {
            ConsumerRecord<byte[], byte[]> record = cluster.log().next(task.partition, task.nextOffset);
            if (record == null) {
                return true;
            }
            try {
                task.process(record);
            } catch (SendFailure e) {
                armed = null;
                world.note(Occurrence.SEND_FAILED, "app " + number + " at " + task.partition + "-" + record.offset());
                cluster.abortAndRevive(this);
                return false;
            }
            transaction.offsets.put(task.partition, task.nextOffset);
            world.trace.add("app " + number + " decided " + task.partition + "-" + record.offset());
            if (armed == Occurrence.CRASH_AMID_RECORDS && random.nextInt(3) == 0) {
                cluster.crash(this, Occurrence.CRASH_AMID_RECORDS);
                return false;
            }
        }
        return true;
    }

    /** What waits in the producer reaches the broker, where it is read before it is committed. */
    void flushReplies() {
        for (SentReply reply : unsent) {
            cluster.replies().append(reply.address(), reply.value(), this);
        }
        unsent.clear();
    }

    /** Some messages that wait in the producer reach the log: the first ones to each partition, in their order. */
    private void flushMessages() {
        for (int partition = 0; partition < World.REQUEST_PARTITIONS; partition++) {
            int to = partition;
            List<SentMessage> messages = unsentMessages.stream()
                    .filter(message -> message.address().partition() == to)
                    .toList();
            messages = messages.subList(0, random.nextInt(1 + messages.size()));
            messages.forEach(this::write);
            unsentMessages.removeAll(messages);
        }
    }

    private void write(SentMessage message) {
        MessageAddress address = message.address();
        cluster.log().append(address.partition(), address.key(), message.value());
        written.merge(new Way(message.number().from(), address.partition()), address.sequence(), Math::max);
    }

    boolean hasUnsentMessages() {
        return !unsentMessages.isEmpty() || waitingInState.containsValue(true);
    }

    /** The process dies: what its producers had not sent is lost. */
    void loseReplies() {
        if (!unsentMessages.isEmpty()) {
            world.note(Occurrence.MESSAGE_LOST, unsentMessages.size() + " of app " + number);
            unsentMessages.clear();
        }
        if (!unsent.isEmpty()) {
            world.note(Occurrence.REPLY_LOST, unsent.size() + " of app " + number);
            unsent.clear();
        }
    }

    void punctuate() {
        if (!isRunning()) {
            return;
        }
        try {
            tasks.values().forEach(SimulatedTask::punctuate);
        } catch (SendFailure e) {
            armed = null;
            world.note(Occurrence.SEND_FAILED, "app " + number + " in its clean-up");
            cluster.abortAndRevive(this);
        }
    }

    /** Writes all that is cached: the first half of a commit, which waits for no message, and for no reply. */
    void flush() {
        tasks.values().forEach(task -> task.store.flush());
        flushMessages();
        if (random.nextInt(4) != 0) {
            flushReplies();
        }
    }

    /** Others get its partitions; until it wakes, it does not know. */
    void loseTasks() {
        lostTasks.addAll(tasks.values());
        tasks.clear();
    }

    /** Decides some records of the partitions that others have by now. Only its replies leave; it cannot commit. */
    void decideLostTasks() {
        Transaction own = transaction;
        transaction = new Transaction();
        for (SimulatedTask task : lostTasks) {
            int records = random.nextInt(POLL_RECORDS_MAX);
            for (int i = 0; i < records; i++) {
                ConsumerRecord<byte[], byte[]> record = cluster.log().next(task.partition, task.nextOffset);
                if (record != null) {
                    task.process(record);
                    world.trace.add("fenced app " + number + " decided " + task.partition + "-" + record.offset());
                }
            }
        }
        if (!unsent.isEmpty()) {
            world.note(Occurrence.FENCED_APP_REPLIED, unsent.size() + " of app " + number);
        }
        flushReplies();
        if (!unsentMessages.isEmpty()) {
            world.note(Occurrence.FENCED_APP_SENT, unsentMessages.size() + " of app " + number);
        }
        flushMessages();
        closeLostTasks();
        transaction = own;
    }

    void closeLostTasks() {
        lostTasks.forEach(SimulatedTask::closeDirty);
        lostTasks.clear();
    }
}
