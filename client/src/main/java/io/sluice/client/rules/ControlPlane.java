package io.sluice.client.rules;

import io.sluice.client.accounts.AccountAdmin;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.reply.RulesReply;
import java.util.concurrent.CompletableFuture;

/** The rules writer as its callers see it: steps to take, and what came of all steps so far. */
public interface ControlPlane {
    /**
     * Wants a step taken. The future completes when the step is seen in {@link #view}, or is refused, or cannot be told
     * in time; it never completes exceptionally. A step that timed out may still be taken.
     *
     * @param commandId sent again with the same one, a proposal is made once
     */
    CompletableFuture<Answer> command(String commandId, By by, ControlCommand.Step step);

    /** Single accounts. */
    AccountAdmin accounts();

    /** What is in force and how it came about. */
    RulesView view();

    /** Who wants a step, and why. */
    record By(String principal, String reason) {}

    /** What became of a command. */
    sealed interface Answer {}

    /** The step was taken, and the view shows it. */
    record Taken(RulesReply.Accepted accepted) implements Answer {}

    /** Nothing changed. */
    record Refused(RulesReply.Refused refusal) implements Answer {}

    /** It is not known in time what became of it. */
    record Unavailable(String detail) implements Answer {}
}
