/** What every way to run Sluice must pass alike: the pure ledger, the topology, a cluster. */
@NullMarked
package io.sluice.testkit.contract;

import org.jspecify.annotations.NullMarked;
