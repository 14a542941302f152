/** Scenario 22: what callers see when streams apps die, hang and restart; start at {@code TakeoverScenario}. */
@NullMarked
package io.sluice.perf.takeover;

import org.jspecify.annotations.NullMarked;
