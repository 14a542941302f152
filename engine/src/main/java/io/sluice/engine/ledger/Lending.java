package io.sluice.engine.ledger;

/**
 * The result of an admission with which a front end also takes a lease, decided by a {@link Ledger}.
 *
 * @param result answers the admission; its changes are those of admission and lease
 * @param tokens of the lease, beyond the admission's own cost; 0 if there is none
 * @param ttlMillis how long they may be spent; above 0 without tokens if the limits lend and had too little
 * @param overMillis in how long the last of them comes; they come evenly. 0 if all are there
 */
public record Lending(AdmissionResult result, long tokens, long ttlMillis, long overMillis) {}
