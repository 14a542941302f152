/** Envoy's rate limit quota protocol (RLQS): Sluice takes leases from the ledger, and lends their tokens to Envoys. */
@NullMarked
package io.sluice.gateway.quota;

import org.jspecify.annotations.NullMarked;
