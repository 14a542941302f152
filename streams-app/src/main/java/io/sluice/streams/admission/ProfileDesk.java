package io.sluice.streams.admission;

import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.ledger.ProfileEvent;
import io.sluice.engine.ledger.ProfileRuling;
import io.sluice.engine.profile.AccountProfile;
import io.sluice.engine.ruleset.InvalidRulesetException;
import io.sluice.schemas.WireException;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.account.Profile;
import io.sluice.schemas.codec.AccountCommandCodec;
import io.sluice.schemas.codec.AuditCodec;
import io.sluice.schemas.codec.ProfileCodec;
import io.sluice.schemas.codec.ReplyCodec;
import io.sluice.schemas.control.AuditEntry;
import io.sluice.schemas.reply.ProfileReply;
import io.sluice.schemas.reply.RulesReply;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.topic.AccountPartitioner;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.topology.Names;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * The part of one partition's adapter that changes and shows profiles.
 *
 * <p>A change leaves the profile on the accounts topic and its entry in the audit trail, in the transaction that makes it.
 * A command that is refused changes nothing and leaves nothing but its answer.
 */
final class ProfileDesk {
    private final int partition;
    private final AdmissionConfig config;
    private final Ledger ledger;
    private final RevocationDesk revocations;
    private final ProcessorContext<Object, byte[]> context;
    private final AdmissionMetrics metrics;

    ProfileDesk(
            int partition,
            AdmissionConfig config,
            Ledger ledger,
            RevocationDesk revocations,
            ProcessorContext<Object, byte[]> context,
            AdmissionMetrics metrics) {
        this.partition = partition;
        this.config = config;
        this.ledger = ledger;
        this.revocations = revocations;
        this.context = context;
        this.metrics = metrics;
    }

    /**
     * Reads a command whose signature was found good.
     *
     * @throws WireException if it breaks the contract, or lies where its account does not
     */
    AccountCommand read(byte @Nullable [] key, String payload) throws WireException {
        AccountCommand command = AccountCommandCodec.decode(payload);
        // Signed is what is said, not where: a copy elsewhere must not count.
        if (!Arrays.equals(key, utf8(command.account()))) {
            throw new WireException("key", "not the account (expected: the command's account as record key)");
        }
        int home = AccountPartitioner.partitionOf(command.account(), config.requestPartitions());
        if (home != partition) {
            throw new WireException("partition", partition + " (expected: " + home + ", the account's)");
        }
        ReplyAddress reply = command.reply();
        if (reply != null && reply.partition() >= config.replyPartitions()) {
            throw new WireException(
                    "reply.partition", reply.partition() + " (expected: 0.." + (config.replyPartitions() - 1) + ")");
        }
        return command;
    }

    /**
     * Makes a change, if it can be made. The account's due holds have been ended.
     *
     * @param offset of the command in the log
     */
    void change(AccountCommand command, long offset, long nowMillis) {
        ProfileRuling ruling;
        try {
            ruling = ledger.decide(ProfileMapping.command(command), nowMillis);
        } catch (WireException e) {
            List<RulesReply.Problem> problems = List.of(new RulesReply.Problem(e.field(), e.detail()));
            refuse(command, new RulesReply.Refused("invalid-override", "not JSON (expected: an object)", problems));
            return;
        } catch (InvalidRulesetException e) {
            refuse(command, invalid(e));
            return;
        }
        if (ruling instanceof ProfileRuling.Accepted accepted) {
            make(accepted.event(), command, offset, nowMillis);
        } else if (ruling instanceof ProfileRuling.Repeated repeated) {
            metrics.accountCommanded("repeated");
            answer(command.account(), command.reply(), shown(command.account(), repeated.profile(), false, 0));
        } else if (ruling instanceof ProfileRuling.Refused refused) {
            String code = refused.refusal().name().toLowerCase(Locale.ROOT).replace('_', '-');
            refuse(command, new RulesReply.Refused(code, refused.detail(), List.of()));
        }
    }

    /** Answers a command that was judged before: as it is remembered, or else by this error. Changes nothing. */
    void repeat(AccountCommand command, WireError notRemembered) {
        RulesReply.Refused refusal = new RulesReply.Refused(notRemembered.code(), notRemembered.detail(), List.of());
        ProfileReply.Outcome outcome = new ProfileReply.Refused(refusal);
        try {
            if (ledger.decide(ProfileMapping.command(command), ledger.clockMillis())
                    instanceof ProfileRuling.Repeated repeated) {
                outcome = shown(command.account(), repeated.profile(), false, 0);
            }
        } catch (WireException | InvalidRulesetException e) {
            outcome = new ProfileReply.Refused(refusal);
        }
        answer(command.account(), command.reply(), outcome);
    }

    private static RulesReply.Refused invalid(InvalidRulesetException e) {
        List<RulesReply.Problem> problems = e.problems().stream()
                .limit(RulesReply.PROBLEMS_LISTED_MAX)
                .map(problem -> new RulesReply.Problem(place(problem.path()), problem.message()))
                .toList();
        return new RulesReply.Refused(
                "invalid-override", problems.size() + " problems (expected: how a limit counts)", problems);
    }

    private static String place(String path) {
        return path.isEmpty() ? "override" : "override." + path;
    }

    private void make(ProfileEvent event, AccountCommand command, long offset, long nowMillis) {
        Profile before = ProfileMapping.profile(command.account(), event.before());
        Profile after = ProfileMapping.profile(command.account(), event.after());
        byte[] profile = OutputSize.checked(TopicCatalogue.ACCOUNTS, ProfileCodec.encode(after));
        AuditEntry entry = new AuditEntry(
                0,
                nowMillis,
                command.principal(),
                command.reason(),
                new AuditEntry.AccountChanged(command.commandId(), command.action(), before, after, event.granted()));
        byte[] audit = OutputSize.checked(TopicCatalogue.AUDIT, AuditCodec.encode(entry));
        ledger.apply(event);
        // Before the answer: who has read that must not be answered by what was there before.
        revocations.revoke(offset, command.account(), nowMillis);
        answer(command.account(), command.reply(), shown(command.account(), event.after(), true, event.granted()));
        context.forward(new Record<>(utf8(command.account()), profile, nowMillis), Names.ACCOUNTS_SINK);
        context.forward(new Record<>((Object) null, audit, nowMillis), Names.AUDIT_SINK);
        metrics.accountCommanded("changed");
    }

    private void refuse(AccountCommand command, RulesReply.Refused refusal) {
        metrics.accountCommanded("refused");
        answer(command.account(), command.reply(), new ProfileReply.Refused(refusal));
    }

    /** Shows the profile of a client's account. */
    void show(ClientId clientId, ReplyAddress reply) {
        answer(clientId.account(), reply, shown(clientId.account(), ledger.profile(clientId.account()), false, 0));
    }

    private ProfileReply.Shown shown(String account, AccountProfile profile, boolean changed, long granted) {
        return new ProfileReply.Shown(
                ProfileMapping.profile(account, profile),
                ledger.tierOf(account),
                ledger.clockMillis(),
                ledger.timeline().active().revision(),
                changed,
                granted);
    }

    private void answer(String account, @Nullable ReplyAddress address, ProfileReply.Outcome outcome) {
        if (address != null) {
            byte[] reply = ReplyCodec.encode(new ProfileReply(address.correlationId(), outcome), account);
            context.forward(new Record<>((Object) address, reply, ledger.clockMillis()), Names.REPLIES_SINK);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
