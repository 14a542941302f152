package io.sluice.client;

import io.sluice.client.PendingReplies.Arrival;
import io.sluice.client.accounts.AccountAdmin;
import io.sluice.schemas.WireException;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.codec.AccountCommandCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.reply.ProfileReply;
import io.sluice.schemas.reply.Reply;
import io.sluice.schemas.reply.RulesReply;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.ProfileQuery;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.RequestRecord;
import io.sluice.schemas.topic.AccountPartitioner;
import io.sluice.schemas.topic.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** A service that changes accounts by signed records in their own request partitions, and reads them there. */
final class KafkaAccounts implements AccountAdmin {
    private final Wires wires;
    private final SigningKey key;
    private final Duration commandWithin;

    KafkaAccounts(Wires wires, SigningKey key, Duration commandWithin) {
        this.wires = wires;
        this.key = key;
        this.commandWithin = commandWithin;
    }

    /** The connections that a control plane shares with its parts; it opens and closes them. */
    record Wires(
            CorrelationIds ids,
            PendingReplies pending,
            Producer<byte[], byte[]> producer,
            int replyPartition,
            int requestPartitions) {

        /**
         * Writes a record to a request partition.
         *
         * @param written gets its place and time, or what went wrong; once, maybe before this returns
         */
        void write(int partition, byte @Nullable [] recordKey, byte[] value, Callback written) {
            try {
                producer.send(new ProducerRecord<>(TopicCatalogue.REQUESTS, partition, recordKey, value), written);
            } catch (KafkaException | IllegalStateException e) {
                written.onCompletion(null, e);
            }
        }
    }

    /** The replies that are sent to a reply address. */
    @FunctionalInterface
    private interface Addressed {
        RequestRecord repliedTo(ReplyAddress address) throws WireException;
    }

    @Override
    public CompletableFuture<Answer> profile(String account) {
        return ask(account, address -> new ProfileQuery(ClientId.parse("account", account)).repliedTo(address));
    }

    @Override
    public CompletableFuture<Answer> change(AccountCommand command) {
        return ask(command.account(), address -> {
            String payload = AccountCommandCodec.encode(command.repliedTo(address));
            // Refuse here what the partition would dead-letter without an answer.
            AccountCommandCodec.decode(payload);
            return key.sign(SignedKind.ACCOUNT_COMMAND, payload).repliedTo(null);
        });
    }

    private CompletableFuture<Answer> ask(String account, Addressed request) {
        CorrelationId id = wires.ids().next();
        byte[] value;
        try {
            value = RequestCodec.encode(request.repliedTo(
                    new ReplyAddress(wires.replyPartition(), wires.ids().text(id))));
        } catch (WireException e) {
            return CompletableFuture.completedFuture(
                    new Refused(new RulesReply.Refused("invalid-command", String.valueOf(e.getMessage()), List.of())));
        }
        CompletableFuture<Arrival> arrival = wires.pending()
                .open(id, new ExpectedReply(ExpectedReply.Kind.PROFILE, account), commandWithin.toMillis());
        if (!arrival.isDone()) {
            send(id, account.getBytes(StandardCharsets.UTF_8), value);
        }
        return arrival.thenApply(KafkaAccounts::answer);
    }

    private void send(CorrelationId id, byte[] account, byte[] value) {
        int partition = AccountPartitioner.partitionOf(account, wires.requestPartitions());
        wires.write(partition, account, value, (metadata, failure) -> {
            if (failure != null) {
                wires.pending().failed(id, "the command could not be written: " + failure.getMessage());
            }
        });
    }

    private static Answer answer(Arrival arrival) {
        Reply reply = arrival.reply();
        if (reply instanceof ProfileReply profile) {
            return profile.outcome() instanceof ProfileReply.Refused refused
                    ? new Refused(refused.refusal())
                    : new Shown((ProfileReply.Shown) profile.outcome());
        }
        if (reply instanceof Verdict verdict && verdict.error() != null) {
            return new Unavailable("the account's partition could not answer: "
                    + verdict.error().detail());
        }
        String why = reply == null ? arrival.failure() : "a reply to another request";
        return new Unavailable("the account's partition did not answer: " + why
                + " (expected: a streams app that runs, and has the public half of this command key)");
    }
}
