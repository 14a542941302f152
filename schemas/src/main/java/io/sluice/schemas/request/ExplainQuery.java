package io.sluice.schemas.request;

/**
 * "What would you answer to this, and why?": takes nothing, leaves no decision.
 *
 * @param admission the request to explain; its idempotency key does not count
 */
public record ExplainQuery(AdmissionRequest admission) implements Query {
    @Override
    public ClientId clientId() {
        return admission.clientId();
    }
}
