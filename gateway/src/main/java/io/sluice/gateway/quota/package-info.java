/** Envoy's rate limit quota protocol (RLQS): leases of the ledger, lent on to Envoys. */
@NullMarked
package io.sluice.gateway.quota;

import org.jspecify.annotations.NullMarked;
