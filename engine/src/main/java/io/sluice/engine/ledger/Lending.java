package io.sluice.engine.ledger;

/**
 * What a {@link Ledger} decides on an admission of a front end that takes a lease beside the verdict.
 *
 * @param result answers the admission; its changes are those of admission and lease
 * @param tokens of the lease, beyond the admission's own cost; 0 if there is none
 * @param ttlMillis how long they may be spent; above 0 without tokens if the limits lend and had too little
 * @param overMillis in how long the last of them comes; they come evenly. 0 if all are there
 */
public record Lending(AdmissionResult result, long tokens, long ttlMillis, long overMillis) {}
