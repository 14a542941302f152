package io.sluice.engine.ledger;

/** The name of one memo: an idempotency key is the client's own, so two clients may use the same one. */
public record MemoKey(String account, String clientId, String idempotencyKey) {}
