/** Runs JMH benchmarks in rounds, so that what is compared alternates. */
@NullMarked
package io.sluice.perf.jmh;

import org.jspecify.annotations.NullMarked;
