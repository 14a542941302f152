/** Contracts that the pure ledger, the topology and a cluster must all pass. */
@NullMarked
package io.sluice.testkit.contract;

import org.jspecify.annotations.NullMarked;
