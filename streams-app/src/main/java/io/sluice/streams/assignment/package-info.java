/** The assignment: which instance of the streams app decides which partition, and which keeps a copy. */
@NullMarked
package io.sluice.streams.assignment;

import org.jspecify.annotations.NullMarked;
