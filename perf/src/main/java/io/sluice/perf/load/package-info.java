/** Who is asked, what, and how fast: shared by the scenarios that measure latency. */
@NullMarked
package io.sluice.perf.load;

import org.jspecify.annotations.NullMarked;
