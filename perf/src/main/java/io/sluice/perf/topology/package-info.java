/** Scenario 10: the streams app beside its stateless twin, over a log that is there before. */
@NullMarked
package io.sluice.perf.topology;

import org.jspecify.annotations.NullMarked;
