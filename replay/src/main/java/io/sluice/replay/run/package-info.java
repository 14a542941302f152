/** Runs partitions of a log side by side, with progress and an orderly stop. */
@NullMarked
package io.sluice.replay.run;

import org.jspecify.annotations.NullMarked;
