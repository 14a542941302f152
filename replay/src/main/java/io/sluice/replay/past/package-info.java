/** Decisions of the past, explained as they were made. */
@NullMarked
package io.sluice.replay.past;

import org.jspecify.annotations.NullMarked;
