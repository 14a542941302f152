/** The streams app's throughput beside stateless topologies. */
@NullMarked
package io.sluice.perf.topology;

import org.jspecify.annotations.NullMarked;
