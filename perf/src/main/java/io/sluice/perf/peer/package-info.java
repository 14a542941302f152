/** Scenario 16: what a user would build instead. */
@NullMarked
package io.sluice.perf.peer;

import org.jspecify.annotations.NullMarked;
