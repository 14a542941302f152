package io.sluice.engine.state;

/** The name of one idempotency record: an idempotency key is the client's own, so two clients may use the same one. */
public record IdempotencyRecordKey(String account, String clientId, String idempotencyKey) {}
