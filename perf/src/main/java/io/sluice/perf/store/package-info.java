/** Micro benchmarks of the state store's keys and values. */
@NullMarked
package io.sluice.perf.store;

import org.jspecify.annotations.NullMarked;
