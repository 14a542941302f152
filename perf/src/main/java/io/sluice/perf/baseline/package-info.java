/**
 * The other side of the ratios, in a process of its own: the bare echo, the bare handler, and what others build on
 * Redis.
 */
@NullMarked
package io.sluice.perf.baseline;

import org.jspecify.annotations.NullMarked;
