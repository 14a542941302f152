package io.sluice.schemas.request;

/**
 * "What would you say to this, and why?": takes nothing, leaves no decision.
 *
 * @param question what would be asked; its idempotency key does not count, and the answer goes to {@code reply}
 */
public record ExplainQuery(AdmissionRequest question, ReplyAddress reply) implements RequestRecord {
    public ExplainQuery {
        question = question.repliedTo(null);
    }
}
