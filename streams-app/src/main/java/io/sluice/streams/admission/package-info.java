/** One request partition: decode, decide, apply, answer. */
@NullMarked
package io.sluice.streams.admission;

import org.jspecify.annotations.NullMarked;
