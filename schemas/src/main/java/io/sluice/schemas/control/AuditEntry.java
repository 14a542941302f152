package io.sluice.schemas.control;

import io.sluice.schemas.account.AccountCommand;
import io.sluice.schemas.account.Profile;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the audit trail: who changed what, when and why.
 *
 * @param sequence 1 for the first entry of the rules writer, and one more for each of its own; 0 for a change of an
 *     account, whose order is the version of the profile
 * @param atMillis the log's time of the command
 */
public record AuditEntry(long sequence, long atMillis, String principal, String reason, Action action) {
    /**
     * The record header with the signature over the value; entries of the rules writer have it, changes of accounts do
     * not.
     */
    public static final String SIGNATURE_HEADER = "sluice.signature";

    /** What was done. */
    public sealed interface Action {
        /** Its name on the wire. */
        String wireName();
    }

    /** An action that put a document in force. */
    public sealed interface InForce extends Action {
        long revision();

        String documentJson();
    }

    public record Proposed(long proposalId, String commandId, long baseRevision, String documentJson)
            implements Action {
        public static final String NAME = "proposed";

        @Override
        public String wireName() {
            return NAME;
        }
    }

    public record Approved(long proposalId) implements Action {
        public static final String NAME = "approved";

        @Override
        public String wireName() {
            return NAME;
        }
    }

    public record Rejected(long proposalId) implements Action {
        public static final String NAME = "rejected";

        @Override
        public String wireName() {
            return NAME;
        }
    }

    public record Activated(long proposalId, long revision, String documentJson) implements InForce {
        public static final String NAME = "activated";

        @Override
        public String wireName() {
            return NAME;
        }
    }

    public record RolledBack(long fromRevision, long revision, String documentJson) implements InForce {
        public static final String NAME = "rolled-back";

        @Override
        public String wireName() {
            return NAME;
        }
    }

    /**
     * A penalty that began or expired; the streams app writes it, like a change of an account.
     *
     * @param clientId the client that is penalised; null if all of the account is
     * @param penaltyId the rule of the ruleset
     * @param effect what it does; null if it has ended
     * @param rung the rung of the ladder, counted from 1
     * @param untilMillis when it will end, as far as is known, or has ended
     * @param enforced false in shadow
     */
    public record PenaltyChanged(
            String account,
            @Nullable String clientId,
            String penaltyId,
            @Nullable String effect,
            long rung,
            long untilMillis,
            boolean enforced)
            implements Action {
        public static final String STARTED = "penalty-started";
        public static final String ENDED = "penalty-ended";

        @Override
        public String wireName() {
            return effect == null ? ENDED : STARTED;
        }
    }

    /**
     * A penalty that was lifted because its challenge was passed.
     *
     * @param clientId the client that was penalised; null if all of the account was
     * @param penaltyId the rule of the ruleset
     * @param rung the rung of the ladder that was lifted, counted from 1
     * @param begunBy the request that began the penalty, as a decision ID
     */
    public record PenaltyLifted(
            String commandId, String account, @Nullable String clientId, String penaltyId, long rung, String begunBy)
            implements Action {
        public static final String NAME = "penalty-lifted";

        @Override
        public String wireName() {
            return NAME;
        }
    }

    /**
     * An access entry that came into force.
     *
     * @param entryId names the entry, and the version of all entries that began with it
     * @param untilMillis the log's time at which it ends
     */
    public record AccessAdded(long entryId, String commandId, String entryJson, long untilMillis) implements Action {
        public static final String NAME = "access-added";

        @Override
        public String wireName() {
            return NAME;
        }
    }

    /**
     * An access entry that was ended.
     *
     * @param version the version of all entries from then on
     */
    public record AccessRemoved(long entryId, long version) implements Action {
        public static final String NAME = "access-removed";

        @Override
        public String wireName() {
            return NAME;
        }
    }

    /**
     * A change of an account.
     *
     * @param before the profile until then
     * @param after the profile from then on
     * @param granted tokens that were given back
     */
    public record AccountChanged(
            String commandId, AccountCommand.Action change, Profile before, Profile after, long granted)
            implements Action {
        public static final String NAME = "account-changed";

        @Override
        public String wireName() {
            return NAME;
        }
    }
}
