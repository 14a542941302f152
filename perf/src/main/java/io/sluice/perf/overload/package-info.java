/** More requests than the cluster can answer: start at {@code OverloadScenario}. */
@NullMarked
package io.sluice.perf.overload;

import org.jspecify.annotations.NullMarked;
