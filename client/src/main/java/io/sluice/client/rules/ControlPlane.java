package io.sluice.client.rules;

import io.sluice.client.accounts.AccountAdmin;
import io.sluice.client.signals.SignalService;
import io.sluice.schemas.control.ControlCommand;
import io.sluice.schemas.reply.RulesReply;
import java.util.concurrent.CompletableFuture;

/** The control plane for its callers: they request steps, and see the outcome of all steps so far. */
public interface ControlPlane {
    /**
     * Requests a step. The future completes when the step shows in {@link #view}, or is refused, or nothing came in
     * time; it never completes exceptionally. A step that timed out may still be taken.
     *
     * @param commandId if the same one is sent again, a proposal is still made once
     */
    CompletableFuture<Answer> command(String commandId, By by, ControlCommand.Step step);

    /** Single accounts. */
    AccountAdmin accounts();

    /** Health signals. */
    SignalService signals();

    /** What is in force and how it came about. */
    RulesView view();

    /** The author of a step, and the reason. */
    record By(String principal, String reason) {}

    /** The outcome of a command. */
    sealed interface Answer {}

    /** The step was taken, and the view shows it. */
    record Taken(RulesReply.Accepted accepted) implements Answer {}

    /** A refusal: nothing changed. */
    record Refused(RulesReply.Refused refusal) implements Answer {}

    /** No answer in time, so the outcome is unknown. */
    record Unavailable(String detail) implements Answer {}
}
