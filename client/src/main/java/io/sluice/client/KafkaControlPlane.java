package io.sluice.client;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.client.accounts.AccountAdmin;
import io.sluice.client.rules.ControlPlane;
import io.sluice.client.rules.RulesView;
import io.sluice.client.signals.SignalService;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.ControlCommandCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.RulesReply;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.topic.TopicCatalogue;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A client of the control plane over Kafka: it sends commands to the rules writer and to the accounts' partitions,
 * and follows the audit trail.
 *
 * <pre>
 *   command --&gt; sign --&gt; sluice.rules-commands.v1 --&gt; rules writer --&gt; sluice.audit.v1 --&gt; view
 *      ^                                                    |                             |
 *      +---- taken, once the view shows it &lt;--- sluice.replies.v1 &lt;-----------------------+
 * </pre>
 */
public final class KafkaControlPlane implements ControlPlane, AutoCloseable {
    /** How long a command may take: longer than a failover of the rules writer. */
    public static final Duration COMMAND_WITHIN = Duration.ofSeconds(10);

    /** No number of its own: it takes the reply partition that is used least. */
    private static final int QUIET_REPLY_PARTITION = -1;

    /** Room for the pings of every request partition beside commands. */
    private static final int PENDING_MAX = 4_096;

    private static final Duration KNOWN_WITHIN = Duration.ofSeconds(2);
    private static final int COMMAND_BYTES_MAX = TopicCatalogue.REQUEST_BYTES_MAX - 1_024;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final ControlPlaneKeys keys;
    private final Duration commandWithin;
    private final CorrelationIds ids = new CorrelationIds();
    private final PendingReplies pending;
    private final Producer<byte[], byte[]> producer;
    private final ReplyReader replies;
    private final AuditReader audit;
    private final int replyPartition;
    private final KafkaAccounts accounts;
    private final KafkaSignals signals;

    /**
     * How a control plane runs.
     *
     * @param commandWithin how long a command may take
     * @param registry where records that could not be read are counted
     */
    public record Terms(Duration commandWithin, MeterRegistry registry) {}

    private KafkaControlPlane(
            Map<String, String> kafka,
            ControlPlaneKeys keys,
            Terms settings,
            TopicSizes topics,
            Producer<byte[], byte[]> producer) {
        this.keys = keys;
        this.commandWithin = settings.commandWithin();
        // Counted apart: the other metrics of the pending table are those of admissions.
        this.pending =
                new PendingReplies(PENDING_MAX, new SimpleMeterRegistry(), new ForeignReplies(settings.registry()));
        this.producer = producer;
        this.replyPartition = topics.replyPartition();
        KafkaAccounts.Wires wires =
                new KafkaAccounts.Wires(ids, pending, producer, replyPartition, topics.requestPartitions());
        this.accounts = new KafkaAccounts(wires, keys.commands(), commandWithin);
        this.signals = new KafkaSignals(wires, keys.commands(), KNOWN_WITHIN, System::currentTimeMillis);
        this.replies = ReplyReader.start(
                new ReplyReader.Source(ClientProperties.consumer(kafka), replyPartition, settings.registry()),
                ids,
                pending,
                new RevocationRelay());
        this.audit = AuditReader.start(ClientProperties.consumer(kafka), keys.rules(), settings.registry());
    }

    /**
     * Connects.
     *
     * @param kafka Kafka client properties, {@code bootstrap.servers} among them
     * @throws KafkaException if the topics are not found in time
     */
    public static KafkaControlPlane connect(Map<String, String> kafka, ControlPlaneKeys keys, MeterRegistry registry) {
        return connect(kafka, keys, new Terms(COMMAND_WITHIN, registry));
    }

    /** Connects, with another bound on how long a command may take. */
    public static KafkaControlPlane connect(Map<String, String> kafka, ControlPlaneKeys keys, Terms settings) {
        Map<String, Object> consumer = ClientProperties.consumer(kafka);
        TopicSizes topics = TopicSizes.lookUp(consumer, QUIET_REPLY_PARTITION, KafkaAdmissions.CONNECT_WITHIN);
        TopicSizes.await(
                consumer, List.of(TopicCatalogue.RULES_COMMANDS, TopicCatalogue.AUDIT), KafkaAdmissions.CONNECT_WITHIN);
        Producer<byte[], byte[]> producer = new KafkaProducer<>(
                ClientProperties.producer(kafka), new ByteArraySerializer(), new ByteArraySerializer());
        try {
            KafkaAdmissions.awaitTopicMetadata(producer, TopicCatalogue.RULES_COMMANDS, KafkaAdmissions.CONNECT_WITHIN);
            KafkaAdmissions.awaitTopicMetadata(producer, TopicCatalogue.REQUESTS, KafkaAdmissions.CONNECT_WITHIN);
            return new KafkaControlPlane(kafka, keys, settings, topics, producer);
        } catch (KafkaException e) {
            producer.close(CLOSE_TIMEOUT);
            throw e;
        }
    }

    @Override
    public CompletableFuture<Answer> command(String commandId, By by, ControlCommand.Step step) {
        CorrelationId id = ids.next();
        ReplyAddress address = new ReplyAddress(replyPartition, ids.text(id));
        ControlCommand command = new ControlCommand(commandId, by.principal(), by.reason(), step, address);
        String payload = ControlCommandCodec.encode(command);
        try {
            // Refuse here what the writer would dead-letter without an answer.
            ControlCommandCodec.decode(payload);
        } catch (WireException e) {
            return CompletableFuture.completedFuture(
                    new Refused(new RulesReply.Refused("invalid-command", String.valueOf(e.getMessage()), List.of())));
        }
        byte[] value = RequestCodec.encode(keys.commands().sign(SignedKind.RULES_COMMAND, payload));
        if (value.length > COMMAND_BYTES_MAX) {
            return CompletableFuture.completedFuture(new Refused(new RulesReply.Refused(
                    "invalid-document",
                    value.length + " bytes as a command (expected: at most " + COMMAND_BYTES_MAX + ")",
                    List.of())));
        }
        CompletableFuture<PendingReplies.Arrival> arrival =
                pending.open(id, new ExpectedReply(ExpectedReply.Kind.RULES, commandId), commandWithin.toMillis());
        if (!arrival.isDone()) {
            send(id, value);
        }
        return arrival.thenCompose(this::answer);
    }

    private void send(CorrelationId id, byte[] value) {
        try {
            producer.send(new ProducerRecord<>(TopicCatalogue.RULES_COMMANDS, 0, null, value), (metadata, failure) -> {
                if (failure != null) {
                    pending.failed(id, "the command could not be written: " + failure.getMessage());
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            pending.failed(id, "the command could not be written: " + e.getMessage());
        }
    }

    private CompletableFuture<Answer> answer(PendingReplies.Arrival arrival) {
        Reply reply = arrival.reply();
        if (!(reply instanceof RulesReply rules)) {
            String why = reply == null ? arrival.failure() : "a reply to another request";
            return CompletableFuture.completedFuture(new Unavailable("the rules writer did not answer: " + why
                    + " (expected: one that runs, and has the public half of this command key;"
                    + " it answers no command that it takes for forged,"
                    + " and counts them in sluice_rules_commands_total)"));
        }
        if (rules.outcome() instanceof RulesReply.Accepted accepted) {
            return audit.reached(accepted.sequence(), commandWithin.toMillis())
                    .thenApply(reached -> reached
                            ? new Taken(accepted)
                            : new Unavailable("taken, but audit entry " + accepted.sequence() + " was not seen yet"));
        }
        return CompletableFuture.completedFuture(new Refused((RulesReply.Refused) rules.outcome()));
    }

    @Override
    public AccountAdmin accounts() {
        return accounts;
    }

    @Override
    public SignalService signals() {
        return signals;
    }

    @Override
    public RulesView view() {
        return audit.view();
    }

    @Override
    public void close() {
        pending.close();
        producer.close(CLOSE_TIMEOUT);
        replies.close();
        audit.close();
    }
}
