/** Scenario 18: what an Envoy sees of the gateway. */
@NullMarked
package io.sluice.perf.gateway;

import org.jspecify.annotations.NullMarked;
