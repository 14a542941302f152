package io.sluice.engine.ledger;

/**
 * What a {@link Ledger} decides on a {@link LeaseDemand}.
 *
 * @param tokens the granted tokens; 0 if there is no lease. Beside a verdict, those beyond the admission's own cost
 * @param ttlMillis how long they may be spent; 0 if there is no lease. Beside a verdict, above 0 without tokens if the
 *     limits lend and had too little
 * @param decided the debit, to be applied like any result; it allows if anything is granted. Beside a verdict, it
 *     answers the admission, and its changes are those of admission and lease
 */
public record LeaseResult(long tokens, long ttlMillis, AdmissionResult.Decided decided) {}
