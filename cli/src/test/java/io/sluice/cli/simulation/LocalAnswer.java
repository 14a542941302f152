package io.sluice.cli.simulation;

/**
 * An answer of a front end by itself.
 *
 * @param basis the decision ID of the lease or of the denial
 * @param fromLease whether it is a lease
 */
record LocalAnswer(String clientId, String basis, boolean fromLease, boolean allowed, long cost, long atMillis) {}
