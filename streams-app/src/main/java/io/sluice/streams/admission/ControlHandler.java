package io.sluice.streams.admission;

import io.sluice.engine.ledger.Ledger;
import io.sluice.engine.ruleset.AccessEntries;
import io.sluice.engine.ruleset.Ruleset;
import io.sluice.schemas.WireException;
import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.codec.AccessSnapshotCodec;
import io.sluice.schemas.codec.AccountCommandCodec;
import io.sluice.schemas.codec.ClockMarkCodec;
import io.sluice.schemas.codec.LedgerVersionCodec;
import io.sluice.schemas.codec.SignalCodec;
import io.sluice.schemas.control.ClockMark;
import io.sluice.schemas.control.LedgerVersionRecord;
import io.sluice.schemas.control.SignalRecord;
import io.sluice.schemas.control.SignedKind;
import io.sluice.schemas.control.TrustedKeys;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.streams.store.PartitionState;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Handles signed records: activates rulesets and access entries, changes accounts, takes signals and clock marks. */
final class ControlHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ControlHandler.class);

    private final int partition;
    private final Ledger ledger;
    private final Parts parts;
    private final Output output;
    private final AdmissionMetrics metrics;

    ControlHandler(int partition, Ledger ledger, Parts parts, Output output, AdmissionMetrics metrics) {
        this.partition = partition;
        this.ledger = ledger;
        this.parts = parts;
        this.output = output;
        this.metrics = metrics;
    }

    /** What the handler works with. */
    record Parts(
            TrustedKeys keys,
            CompiledRulesets rulesets,
            PartitionState state,
            ProfileHandler profiles,
            SignalHandler signals,
            ClockWatch clock,
            VersionHandler versions) {}

    /** The change that a verified record requests. */
    sealed interface Step {
        /** The account that the step changes; null if it concerns the whole partition. */
        default @Nullable String account() {
            return null;
        }
    }

    private record ChangeAccount(AccountCommand command) implements Step {
        @Override
        public String account() {
            return command.account();
        }
    }

    private record TakeMark(ClockMark mark) implements Step {}

    private record Activate(Ruleset ruleset, String payload) implements Step {}

    private record ReportHealth(SignalRecord report) implements Step {}

    private record ActivateVersion(LedgerVersionRecord version) implements Step {}

    private record ChangeAccess(AccessEntries entries, String payload) implements Step {}

    /**
     * Reads the step that a record requests; changes nothing.
     *
     * @throws RejectedRequestException if its signature proves nothing, or its step is not possible
     */
    Step read(byte @Nullable [] key, ControlRecord control) throws RejectedRequestException {
        // The kind that a record claims decides which key must prove it; a signature over another kind proves nothing.
        boolean isForAccount = AccountCommandCodec.isOne(control.payload());
        boolean isMark = ClockMarkCodec.isOne(control.payload());
        boolean isAccess = AccessSnapshotCodec.isOne(control.payload());
        boolean isSignal = SignalCodec.isOne(control.payload());
        boolean isVersion = LedgerVersionCodec.isOne(control.payload());
        SignedKind kind =
                isSignal ? SignedKind.SIGNAL : isVersion ? SignedKind.LEDGER_VERSION : kind(isForAccount, isAccess);
        boolean isProved =
                isMark ? parts.keys().verifyMark(control) : parts.keys().verify(kind, control);
        if (!isProved) {
            String expected = isForAccount
                    ? "a command by the command key"
                    : isSignal || isVersion
                            ? "a report or a ledger version by the command key"
                            : isMark ? "a clock mark by the rules key or the command key" : "rules by the rules key";
            throw new RejectedRequestException(
                    DeadLetterReason.FORGED, "signature", "proves nothing (expected: " + expected + ")");
        }
        try {
            if (isForAccount) {
                return new ChangeAccount(parts.profiles().read(key, control.payload()));
            }
            if (isAccess) {
                return new ChangeAccess(AccessPayload.read(control.payload()), control.payload());
            }
            if (isSignal) {
                return new ReportHealth(SignalHandler.read(control.payload()));
            }
            if (isVersion) {
                return new ActivateVersion(parts.versions().read(control.payload()));
            }
            return isMark
                    ? new TakeMark(parts.clock().read(control.payload()))
                    : new Activate(parts.rulesets().ruleset(control.payload()), control.payload());
        } catch (WireException e) {
            throw new RejectedRequestException(
                    isForAccount || isMark || isAccess || isSignal || isVersion
                            ? DeadLetterReason.INVALID_COMMAND
                            : DeadLetterReason.INVALID_RULESET,
                    e);
        }
    }

    /** The step of a record that activates a ruleset; the payload may come from elsewhere than a signed record. */
    Decided activation(String payload, RequestContext at) throws WireException {
        return decide(new Activate(parts.rulesets().ruleset(payload), payload), at);
    }

    /** The same of a record that changes access entries. */
    Decided access(String payload, RequestContext at) throws WireException {
        return decide(new ChangeAccess(AccessPayload.read(payload), payload), at);
    }

    private static SignedKind kind(boolean isForAccount, boolean isAccess) {
        return isForAccount ? SignedKind.ACCOUNT_COMMAND : isAccess ? SignedKind.ACCESS : SignedKind.RULES;
    }

    Decided decide(Step step, RequestContext at) {
        if (step instanceof ChangeAccount change) {
            return parts.profiles().decide(change.command(), at);
        }
        if (step instanceof TakeMark take) {
            return new Decided(() -> parts.clock().take(take.mark()), Decided.NO_CHANGE.count());
        }
        if (step instanceof ReportHealth report) {
            return parts.signals().decide(report.report(), at.nowMillis());
        }
        if (step instanceof ActivateVersion activate) {
            return parts.versions().decide(activate.version());
        }
        if (step instanceof ChangeAccess change) {
            return decide(change, at);
        }
        return decide((Activate) step, at);
    }

    private Decided decide(ChangeAccess step, RequestContext at) {
        long before = ledger.timeline().access().version();
        long version = step.entries().version();
        if (version <= before) {
            return Decided.NO_CHANGE;
        }
        output.revocation(at.id().offset(), /* account= */ null);
        return new Decided(
                () -> {
                    ledger.activate(step.entries());
                    parts.state().putAccess(step.payload());
                },
                () -> {
                    metrics.accessInForce(partition, step.entries());
                    LOG.info("partition {}: access entries {} in force, after {}", partition, version, before);
                });
    }

    private Decided decide(Activate step, RequestContext at) {
        Ruleset ruleset = step.ruleset();
        long before = ledger.timeline().active().revision();
        if (ruleset.revision() <= before) {
            return Decided.NO_CHANGE;
        }
        output.revocation(at.id().offset(), /* account= */ null);
        return new Decided(
                () -> {
                    ledger.activate(ruleset, at.nowMillis());
                    long oldestRevision = ledger.timeline().oldestRevision();
                    parts.state().putActivation(ruleset.revision(), at.nowMillis(), step.payload(), oldestRevision);
                },
                () -> {
                    metrics.rulesetInForce(partition, ruleset);
                    LOG.info(
                            "partition {}: ruleset revision {} in force, after {}",
                            partition,
                            ruleset.revision(),
                            before);
                });
    }

    /**
     * Answers a record that was decided before: only commands that change an account are answered. Changes nothing.
     *
     * @param notRemembered the answer if nothing is stored about it
     */
    void repeat(ControlRecord control, RequestContext at, WireError notRemembered) {
        if (!AccountCommandCodec.isOne(control.payload())
                || !parts.keys().verify(SignedKind.ACCOUNT_COMMAND, control)) {
            return;
        }
        try {
            parts.profiles().repeat(parts.profiles().read(at.key(), control.payload()), notRemembered);
        } catch (WireException e) {
            LOG.debug(
                    "partition {}: the command at offset {} was refused before",
                    partition,
                    at.id().offset(),
                    e);
        }
    }
}
