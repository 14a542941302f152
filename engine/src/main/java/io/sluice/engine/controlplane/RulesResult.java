package io.sluice.engine.controlplane;

import io.sluice.engine.ruleset.RulesetProblem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The result of a command. */
public sealed interface RulesResult {
    /** The step is taken as soon as the event is applied. */
    record Accepted(RulesEvent event) implements RulesResult {}

    /**
     * The same command was accepted before; nothing is to be done.
     *
     * @param proposalId the proposal that it made; null if it made none
     */
    record Repeated(@Nullable Long proposalId) implements RulesResult {}

    /**
     * A refusal, which changes nothing.
     *
     * @param detail the offending value and what was expected
     * @param problems everything that is wrong with the document, if it is the document
     */
    record Refused(Refusal refusal, String detail, List<RulesetProblem> problems) implements RulesResult {
        public Refused {
            problems = List.copyOf(problems);
        }

        static Refused of(Refusal refusal, String detail) {
            return new Refused(refusal, detail, List.of());
        }
    }

    /** Why a command is refused. */
    enum Refusal {
        /** The revision in force is not the one that the author saw. */
        STALE_REVISION,
        /** The proposal was made under a revision that is no longer in force. */
        STALE_PROPOSAL,
        UNKNOWN_PROPOSAL,
        UNKNOWN_REVISION,
        /** The proposal was rejected or activated, or is approved already. */
        NOT_OPEN,
        /** Another principal has to approve first. */
        NOT_APPROVED,
        /** Nobody approves their own proposal. */
        SAME_PRINCIPAL,
        INVALID_DOCUMENT,
        /** The document is in force already. */
        UNCHANGED,
        TOO_MANY_PROPOSALS,
        /** The version of the access entries that the author saw is too old, or none yet. */
        STALE_VERSION,
        /** The access entry cannot be read. */
        INVALID_ENTRY,
        /** There is no such access entry, or it has ended. */
        UNKNOWN_ENTRY,
        TOO_MANY_ENTRIES,
        /** There is no number left. */
        REVISIONS_EXHAUSTED
    }
}
