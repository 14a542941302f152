package io.sluice.engine.ledger;

import io.sluice.engine.ledger.AdmissionResult.NewHolds;

/**
 * A lease that a front end gets beside the verdict on one admission.
 *
 * @param tokens for requests to come; the admission's own cost is not among them
 * @param ttlMillis how long they may be spent
 * @param overMillis in how long the last of them comes; 0 if all are there
 * @param charging the charges of admission and lease, in one
 * @param holds the lease
 */
record LentBeside(long tokens, long ttlMillis, long overMillis, Charging charging, NewHolds holds) {}
