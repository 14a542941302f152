package io.sluice.schemas.request;

/**
 * A query for the verdict that a request would get, and why. It takes no tokens, and leaves no decision.
 *
 * @param admission the request to explain; its idempotency key does not count
 */
public record ExplainQuery(AdmissionRequest admission) implements Query {
    @Override
    public ClientId clientId() {
        return admission.clientId();
    }
}
