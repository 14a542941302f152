package io.sluice.schemas.control;

import io.sluice.schemas.request.ReplyAddress;
import org.jspecify.annotations.Nullable;

/**
 * A step that somebody wants the rules writer to take; travels signed, like every control record.
 *
 * @param commandId tells this command apart from every other, so that sending it again changes nothing
 * @param principal who wants it, as authenticated by whoever signs
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

    /** This command, answered elsewhere. */
    public ControlCommand repliedTo(@Nullable ReplyAddress address) {
        return new ControlCommand(commandId, principal, reason, step, address);
    }

    /** What is to be done. {@code expectedRevision} is the revision in force that the principal saw; 0 for none. */
    public sealed interface Step {}

    public record Propose(long expectedRevision, String documentJson) implements Step {}

    public record Approve(long proposalId) implements Step {}

    public record Reject(long proposalId) implements Step {}

    public record Activate(long proposalId, long expectedRevision) implements Step {}

    public record RollBack(long toRevision, long expectedRevision) implements Step {}
}
