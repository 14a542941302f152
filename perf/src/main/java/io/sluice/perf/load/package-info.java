/** The requests, their rate, and how their answers are taken: shared by the scenarios that measure latency. */
@NullMarked
package io.sluice.perf.load;

import org.jspecify.annotations.NullMarked;
