/** Benchmarks: what is measured always stands beside a baseline of the same run. */
@NullMarked
package io.sluice.perf;

import org.jspecify.annotations.NullMarked;
