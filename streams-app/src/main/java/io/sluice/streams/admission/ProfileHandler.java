package io.sluice.streams.admission;

import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.ledger.ProfileEvent;
import io.sluice.engine.ledger.ProfileResult;
import io.sluice.engine.penalty.PenaltyEntry;
import io.sluice.engine.profile.AccountProfile;
import io.sluice.engine.ruleset.InvalidRulesetException;
import io.sluice.schemas.WireException;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.account.Profile;
import io.sluice.schemas.codec.AccountCommandCodec;
import io.sluice.schemas.control.AuditEntry;
import io.sluice.schemas.reply.ProfileReply;
import io.sluice.schemas.reply.RulesReply;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.topic.AccountPartitioner;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Changes and shows profiles.
 *
 * <p>A change leaves the profile on the accounts topic and an entry in the audit trail, in the transaction that makes
 * it. A refused command changes nothing and leaves nothing but its answer.
 */
final class ProfileHandler {
    private final int partition;
    private final AdmissionConfig config;
    private final Ledger ledger;
    private final Output output;
    private final AdmissionMetrics metrics;
    private final ChallengeCheck challenges;

    ProfileHandler(int partition, AdmissionConfig config, Ledger ledger, Output output, AdmissionMetrics metrics) {
        this.partition = partition;
        this.config = config;
        this.ledger = ledger;
        this.output = output;
        this.metrics = metrics;
        this.challenges = new ChallengeCheck(config.keys(), partition);
    }

    /**
     * Reads a command whose signature has been verified.
     *
     * @throws WireException if it breaks the contract, or is in another partition than its account
     */
    AccountCommand read(byte @Nullable [] key, String payload) throws WireException {
        AccountCommand command = AccountCommandCodec.decode(payload);
        // The signature covers the content, not the record key: a copy under another key must not count.
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

    /** Makes a change, if it can be made. */
    Decided decide(AccountCommand command, RequestContext at) {
        RulesReply.Refused refusal = challenges.refusal(command);
        if (refusal != null) {
            return refused(command, refusal);
        }
        ProfileResult result;
        try {
            result = ledger.decide(ProfileMapping.command(command), at.nowMillis());
        } catch (WireException e) {
            List<RulesReply.Problem> problems = List.of(new RulesReply.Problem(e.field(), e.detail()));
            return refused(
                    command, new RulesReply.Refused("invalid-override", "not JSON (expected: an object)", problems));
        } catch (InvalidRulesetException e) {
            return refused(command, invalid(e));
        }
        if (result instanceof ProfileResult.Accepted accepted) {
            PenaltyEntry lifted = accepted.event().lifted();
            return lifted == null
                    ? changed(accepted.event(), command, at)
                    : lifted(accepted.event(), lifted, command, at);
        }
        if (result instanceof ProfileResult.Repeated repeated) {
            answer(command.account(), command.reply(), shown(command.account(), repeated.profile(), false, 0));
            return Decided.counted(() -> metrics.accountCommanded("repeated"));
        }
        ProfileResult.Refused refused = (ProfileResult.Refused) result;
        String code = refused.refusal().name().toLowerCase(Locale.ROOT).replace('_', '-');
        return refused(command, new RulesReply.Refused(code, refused.detail(), List.of()));
    }

    /** Answers a command that was decided before, from what is stored, or else with this error. Changes nothing. */
    void repeat(AccountCommand command, WireError notRemembered) {
        RulesReply.Refused refusal = new RulesReply.Refused(notRemembered.code(), notRemembered.detail(), List.of());
        ProfileReply.Outcome outcome = new ProfileReply.Refused(refusal);
        try {
            if (ledger.decide(ProfileMapping.command(command), ledger.clockMillis())
                    instanceof ProfileResult.Repeated repeated) {
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

    private Decided changed(ProfileEvent event, AccountCommand command, RequestContext at) {
        Profile before = ProfileMapping.profile(command.account(), event.before());
        Profile after = ProfileMapping.profile(command.account(), event.after());
        // Before the answer: a caller that has read the answer must not get a verdict from before the change.
        output.revocation(at.id().offset(), command.account());
        answer(command.account(), command.reply(), shown(command.account(), event.after(), true, event.granted()));
        output.profile(command.account(), after);
        output.audit(new AuditEntry(
                0,
                at.nowMillis(),
                command.principal(),
                command.reason(),
                new AuditEntry.AccountChanged(command.commandId(), command.action(), before, after, event.granted())));
        return new Decided(() -> ledger.apply(event), () -> metrics.accountCommanded("changed"));
    }

    /** A penalty that is lifted is no change of the profile, and voids no lease: who is penalised has none. */
    private Decided lifted(ProfileEvent event, PenaltyEntry lifted, AccountCommand command, RequestContext at) {
        String account = command.account();
        answer(account, command.reply(), shown(account, event.after(), true, 0));
        output.audit(new AuditEntry(
                0,
                at.nowMillis(),
                command.principal(),
                command.reason(),
                new AuditEntry.PenaltyLifted(
                        command.commandId(),
                        account,
                        lifted.clientId().isEmpty() ? null : lifted.clientId(),
                        lifted.ruleId(),
                        lifted.strikes(),
                        new DecisionId(partition, lifted.begunAtOffset()).text())));
        return new Decided(() -> ledger.apply(event), () -> metrics.accountCommanded("lifted"));
    }

    private Decided refused(AccountCommand command, RulesReply.Refused refusal) {
        answer(command.account(), command.reply(), new ProfileReply.Refused(refusal));
        return Decided.counted(() -> metrics.accountCommanded("refused"));
    }

    /** Shows the profile of a client's account. */
    void show(ClientId clientId, ReplyAddress reply) {
        answer(clientId.account(), reply, shown(clientId.account(), ledger.profile(clientId.account()), false, 0));
    }

    private ProfileReply.Shown shown(String account, AccountProfile profile, boolean changed, long granted) {
        return new ProfileReply.Shown(
                ProfileMapping.profile(account, profile),
                ledger.tierOf(account, profile),
                ledger.clockMillis(),
                ledger.timeline().active().revision(),
                changed,
                granted,
                ledger.creditsLeft(account, profile));
    }

    private void answer(String account, @Nullable ReplyAddress address, ProfileReply.Outcome outcome) {
        if (address != null) {
            output.reply(address, new ProfileReply(address.correlationId(), outcome), account);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
