package io.sluice.schemas.control;

import io.sluice.schemas.request.ReplyAddress;
import org.jspecify.annotations.Nullable;

/**
 * A command to the rules writer; it travels signed, like every control record.
 *
 * @param commandId identifies this command, so that sending it again changes nothing
 * @param principal who requests it, as authenticated by the signer
 * @param reason why
 * @param reply where the answer goes; null if the sender wants none
 */
public record ControlCommand(
        String commandId,
        String principal,
        String reason,
        Step step,
        @Nullable ReplyAddress reply) {
    public static final int COMMAND_ID_CHARS_MAX = 128;
    public static final int PRINCIPAL_CHARS_MAX = 128;
    public static final int REASON_CHARS_MAX = 1_000;

    /** This command with another reply address. */
    public ControlCommand repliedTo(@Nullable ReplyAddress address) {
        return new ControlCommand(commandId, principal, reason, step, address);
    }

    /** The step to take. {@code expectedRevision} is the revision in force that the principal saw; 0 for none. */
    public sealed interface Step {}

    public record Propose(long expectedRevision, String documentJson) implements Step {}

    public record Approve(long proposalId) implements Step {}

    public record Reject(long proposalId) implements Step {}

    public record Activate(long proposalId, long expectedRevision) implements Step {}

    public record RollBack(long toRevision, long expectedRevision) implements Step {}

    /**
     * Puts an access entry in force.
     *
     * @param expectedVersion the version of the access entries that the principal saw; it may be a little older
     * @param entryJson an entry as {@code common.v1.json} has it
     */
    public record AddAccess(long expectedVersion, String entryJson) implements Step {}

    public record RemoveAccess(long entryId) implements Step {}
}
