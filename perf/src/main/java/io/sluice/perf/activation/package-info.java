/** Scenario 17: what callers notice when rules change. */
@NullMarked
package io.sluice.perf.activation;

import org.jspecify.annotations.NullMarked;
