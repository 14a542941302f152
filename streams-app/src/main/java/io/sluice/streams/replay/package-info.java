/** A run of a partition's log through the processor that decided it. */
@NullMarked
package io.sluice.streams.replay;

import org.jspecify.annotations.NullMarked;
