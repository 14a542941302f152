/** Runs the log of a partition again, by the processor that decided it. */
@NullMarked
package io.sluice.streams.replay;

import org.jspecify.annotations.NullMarked;
