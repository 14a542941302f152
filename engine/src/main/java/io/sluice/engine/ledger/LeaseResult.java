package io.sluice.engine.ledger;

/**
 * The result of a {@link LeaseDemand}, decided by a {@link Ledger}.
 *
 * @param tokens the granted tokens; 0 if there is no lease
 * @param ttlMillis how long they may be spent; 0 if there is no lease
 * @param decided the debit, to be applied like any result; it allows if anything is granted
 */
public record LeaseResult(long tokens, long ttlMillis, AdmissionResult.Decided decided) {}
