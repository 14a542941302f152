/** The engine beside peers in memory. */
@NullMarked
package io.sluice.perf.engine;

import org.jspecify.annotations.NullMarked;
